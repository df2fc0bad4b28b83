/** What one lane's replay keeps at most; more than the machines that we know have in a capture, but a text may name any number. */
export const MAX_IOMMUS = 1024;
export const MAX_REQUESTERS = 8192;
/** Of all requesters: PASIDs with a history, and keys (requester, PASID, PRGI) that were used. */
export const MAX_PASIDS = 16_384;
export const MAX_KEYS = 262_144;
/** Requests that wait for the last one of their group, of one group and of all. */
export const MAX_MEMBERS = 4096;
export const MAX_WAITING = 32_768;

/** How many there are. Whoever creates one counts it. */
export class TableSizes {
  requesters = 0;
  pasids = 0;
  keys = 0;
  /** Requests that wait for the last one of their group. */
  waiting = 0;
  /** Groups whose handler ever owed an answer after they were closed. */
  owed = 0;

  get isAnyFull(): boolean {
    return this.keys >= MAX_KEYS || this.requesters >= MAX_REQUESTERS || this.pasids >= MAX_PASIDS;
  }
}
