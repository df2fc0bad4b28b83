/** Who a PASID of a requester belongs to: a guest, a mediated device, a process (semantics §2). */
export interface Owner {
  /** Linux device name in lower case with its segment, `0000:01:00.0`, or the stream name of another bus. */
  readonly device: string;
  readonly pasid: number;
  /** The name that findings show; the `NAME` of a lane `guest:NAME=` means the same owner. */
  readonly owner: string;
  /** The PASID that the guest itself uses for it; absent where it is not known. */
  readonly guestPasid?: number;
}
