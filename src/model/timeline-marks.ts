/** Events that a capture lost, where its clock says when. */
export interface GapMark {
  readonly input: number;
  readonly line: number;
  /** From when on events are missing, in seconds on the capture's clock; absent: since the beginning. */
  readonly since?: string;
  /** When the capture goes on. */
  readonly until: string;
  readonly cpu?: number;
  /** Absent where the log does not say how many. */
  readonly lost?: number;
}

/** IOMMU errors at one time, or near to it where there are many. */
export interface ErrorMark {
  readonly input: number;
  /** In seconds on the input's clock. */
  readonly time: string;
  readonly count: number;
}

/** What stands beside the steps of `Stats.timeline`, in bounded number. */
export interface TimelineMarks {
  /** In the order of the capture. */
  readonly gaps: readonly GapMark[];
  readonly errors: readonly ErrorMark[];
  /**
   * Inputs whose times are on clocks of this domain (the kernel log's, or a trace's), with the whole seconds at which their relative
   * times begin: times of other inputs do not compare.
   */
  readonly epochs: ReadonlyMap<number, number>;
}
