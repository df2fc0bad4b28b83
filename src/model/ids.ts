declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** PCI requester id: bus 15:8, device 7:3, function 2:0. */
export type RequesterId = Brand<number, 'RequesterId'>;
/** SMMU stream id, 32 bits. */
export type StreamId = Brand<number, 'StreamId'>;
/** Process address space id, 20 bits. 0 where a log prints 0; "no PASID" is the absence of the field. */
export type Pasid = Brand<number, 'Pasid'>;
/** Page-request-group index: 9 bits for PRI; an SMMU stall tag has 16. */
export type Prgi = Brand<number, 'Prgi'>;
/** I/O virtual address in bytes, 64 bits. */
export type Iova = Brand<bigint, 'Iova'>;

export const requesterId = (value: number): RequesterId => value as RequesterId;
export const streamId = (value: number): StreamId => value as StreamId;
export const pasid = (value: number): Pasid => value as Pasid;
export const prgi = (value: number): Prgi => value as Prgi;
export const iova = (value: bigint): Iova => value as Iova;

const two = (value: number): string => value.toString(16).padStart(2, '0');

/** `bb:dd.f` of a requester id, without the PCI segment, which a requester id does not have. */
export function busDeviceFunction(rid: RequesterId): string {
  return `${two((rid >> 8) & 0xff)}:${two((rid >> 3) & 0x1f)}.${rid & 7}`;
}

const PCI_NAME = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([01][0-9a-f])\.([0-7])$/;

/** Requester id of a PCI device name (`0000:01:00.0` or `01:00.0`); undefined for any other name. */
export function requesterIdOfName(name: string): RequesterId | undefined {
  const match = PCI_NAME.exec(name);
  if (match === null) return undefined;
  const [, , bus = '', device = '', fn = ''] = match;
  return requesterId((Number.parseInt(bus, 16) << 8) | (Number.parseInt(device, 16) << 3) | Number.parseInt(fn, 16));
}
