/** What a filter can ask of an event. Absent is undefined; texts as the log has them. */
export interface EventFacts {
  readonly kind: string;
  /** Name of its input, as shown. */
  readonly inputName: string;
  readonly line: number;
  /** Whole seconds (or ticks) on the capture's clock. */
  readonly seconds: number | undefined;
  /** Nanoseconds within the second. */
  readonly nanos: number;
  readonly cpu: number | undefined;
  readonly task: string | undefined;
  readonly pid: number | undefined;
  /** `host`, `guest:vm3`. */
  readonly lane: string;
  readonly hop: string | undefined;
  readonly dialect: string;
  readonly probe: string | undefined;
  readonly iommu: string | undefined;
  readonly device: string | undefined;
  readonly pasid: number | undefined;
  readonly prgi: number | undefined;
  readonly address: bigint | undefined;
  readonly access: string | undefined;
  readonly isLast: boolean | undefined;
  readonly isStall: boolean;
  readonly code: string | undefined;
  readonly rawCode: number | undefined;
  readonly sequence: number | undefined;
  readonly reason: string | undefined;
  readonly vendorReason: string | undefined;
  readonly lost: number | undefined;
  /** The group instance that it belongs to. */
  readonly instance: InstanceFacts | undefined;
  /** Ids of the rules whose findings rest on it. */
  readonly findings: readonly string[];
  /** See `verdictsOf`; also of its instance. */
  readonly verdicts: readonly string[];
}

/** What a filter can ask of a group instance. */
export interface InstanceFacts {
  readonly inputName: string;
  /** Of its first request, or of its answer where none was seen. */
  readonly line: number | undefined;
  readonly seconds: number | undefined;
  readonly nanos: number;
  readonly lane: string;
  readonly device: string | undefined;
  readonly pasid: number | undefined;
  readonly prgi: number;
  readonly ordinal: number;
  readonly state: string;
  readonly code: string | undefined;
  readonly rawCode: number | undefined;
  readonly requests: number;
  readonly answeredBy: string | undefined;
  readonly latencyNs: number | undefined;
  readonly owner: string | undefined;
  readonly findings: readonly string[];
  /** See `verdictsOf`. */
  readonly verdicts: readonly string[];
}
