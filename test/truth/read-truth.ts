/**
 * The device's side of a `pri-*` capture: `<scenario>.truth.txt`, printed by the program that drove the
 * test device. First the commands, then one log a device: every request that it issued with the IOMMU's
 * verdict, every response that reached it, in the order in which the device issued and received.
 */

export interface TruthRequest {
  readonly kind: 'request';
  /** Milliseconds since the device's first entry, on the device's own clock. */
  readonly timeMs: number;
  /** Absent for a request without PASID. */
  readonly pasid?: number;
  readonly prgi: number;
  readonly address: string;
  /** Five letters out of `rwxpl`, `-` where clear. */
  readonly flags: string;
  readonly isLast: boolean;
  /** False where the queue had overflowed: that request was never in the queue. */
  readonly accepted: boolean;
  readonly hasPrivateData: boolean;
}

export type TruthCode = 'success' | 'invalid-request' | 'response-failure';

export interface TruthResponse {
  readonly kind: 'response';
  readonly timeMs: number;
  readonly pasid?: number;
  readonly prgi: number;
  readonly code: TruthCode;
  /** The device had no closed group with that PASID and PRGI waiting. */
  readonly unexpected: boolean;
}

export type TruthEntry = TruthRequest | TruthResponse;

export interface DeviceLog {
  /** Linux device name behind the test program's device file. */
  readonly device: string;
  readonly entries: readonly TruthEntry[];
}

export interface Truth {
  /** Command lines without their comments. */
  readonly commands: readonly string[];
  /** None for the mock device, which keeps no log. */
  readonly devices: readonly DeviceLog[];
}

const LOG_HEAD = /^== log of the device(?: behind (\S+))? /;
const SUMMARY = /^== (\d+) requests, (\d+) responses, /;
const REQUEST =
  /^\s*([\d.]+) request {2}pasid (\d+|none) prgi (\d+) addr (0x[0-9a-f]+) ([-rwxpl]{5}) (not )?accepted \(-?\d+\)( with private data)?$/;
const RESPONSE =
  /^\s*([\d.]+) response pasid (\d+|none) prgi (\d+) (success|invalid request|response failure)(, UNEXPECTED .*)?$/;

/** Address translations (`a20`): no page request, no response. */
const TRANSLATION = /^\s*[\d.]+ translation pasid /;

const DEVICE_OF_FILE: Readonly<Record<string, string>> = {
  '/dev/prilab0': '0000:01:00.0',
  '/dev/prilab1': '0000:02:00.0',
};
/** The iommufd captures have one device and do not name its file. */
const ONLY_DEVICE = '0000:01:00.0';

/** Throws on a line of a device log that it cannot read, and if a log's own totals disagree. */
export function readTruth(text: string): Truth {
  const commands: string[] = [];
  const devices: DeviceLog[] = [];
  let entries: TruthEntry[] | undefined;
  for (const line of text.split('\n')) {
    const head = LOG_HEAD.exec(line);
    if (head !== null) {
      entries = [];
      devices.push({ device: DEVICE_OF_FILE[head[1] ?? ''] ?? ONLY_DEVICE, entries });
      continue;
    }
    const summary = SUMMARY.exec(line);
    if (summary !== null) {
      checkTotals(entries ?? [], Number(summary[1]), Number(summary[2]));
      entries = undefined;
      continue;
    }
    if (line === '' || line.startsWith('== ') || TRANSLATION.test(line)) continue;
    if (entries !== undefined) entries.push(readEntry(line));
    else if (!line.startsWith('#')) commands.push(line);
  }
  return { commands, devices };
}

function readEntry(line: string): TruthEntry {
  const request = REQUEST.exec(line);
  if (request !== null) {
    const flags = request[5] ?? '';
    return {
      kind: 'request',
      timeMs: Number(request[1]),
      ...pasidOf(request[2]),
      prgi: Number(request[3]),
      address: request[4] ?? '',
      flags,
      isLast: flags.endsWith('l'),
      accepted: request[6] === undefined,
      hasPrivateData: request[7] !== undefined,
    };
  }
  const response = RESPONSE.exec(line);
  if (response === null) throw new Error(`truth line not understood: ${line}`);
  return {
    kind: 'response',
    timeMs: Number(response[1]),
    ...pasidOf(response[2]),
    prgi: Number(response[3]),
    code: CODES[response[4] ?? ''] ?? 'success',
    unexpected: response[5] !== undefined,
  };
}

const CODES: Readonly<Record<string, TruthCode>> = {
  success: 'success',
  'invalid request': 'invalid-request',
  'response failure': 'response-failure',
};

function pasidOf(text: string | undefined): { pasid?: number } {
  return text === undefined || text === 'none' ? {} : { pasid: Number(text) };
}

function checkTotals(entries: readonly TruthEntry[], requests: number, responses: number): void {
  const seen = entries.filter((entry) => entry.kind === 'request').length;
  if (seen !== requests || entries.length - seen !== responses) {
    throw new Error(
      `truth log has ${seen} requests and ${entries.length - seen} responses, its summary says ${requests} and ${responses}`,
    );
  }
}

/** No read, no write, last, with PASID: a stop marker, to which no answer is due and which closes nothing. */
export function isStopMarker(request: TruthRequest): boolean {
  return request.isLast && request.pasid !== undefined && !/[rw]/.test(request.flags);
}

/**
 * A request that Intel's driver refuses before it looks for a handler (log-formats B.2.1): privileged,
 * execute, or an address that is not canonical for 48 bits. Without PASID as well, up to kernel 6.12.
 */
export function isMalformed(request: TruthRequest, refusesWithoutPasid: boolean): boolean {
  if (request.flags.includes('p') && /[rw]/.test(request.flags)) return true;
  if (request.flags.includes('x') && request.flags.includes('r')) return true;
  if (refusesWithoutPasid && request.pasid === undefined) return true;
  return !isCanonical(BigInt(request.address));
}

function isCanonical(address: bigint): boolean {
  return BigInt.asUintN(64, BigInt.asIntN(48, address)) === address;
}
