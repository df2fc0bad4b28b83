/**
 * What a capture's text shows, read with regular expressions and without the parsers of the program, so that
 * expectations do not rest on what they are to check. Only what the `pri-*` folders hold: ftrace text of
 * `prq_report`, `qi_submit`, the kprobes of their MANIFEST.md, and the kernel log.
 */

interface Where {
  /** 1-based. */
  readonly line: number;
  /** Seconds on the capture's clock, as integer nanoseconds. */
  readonly time: number;
  /** `comm-pid`. */
  readonly task: string;
}

export interface SeenRequest extends Where {
  readonly kind: 'request';
  readonly device: string;
  readonly pasid: number;
  readonly prgi: number;
  /** In bytes. */
  readonly address: string;
  readonly isLast: boolean;
  readonly privateData?: string;
  readonly sequence?: number;
  /** When the reporting task handed it on, where a kprobe shows that. */
  readonly handedOn?: number;
}

export interface SeenResponse extends Where {
  readonly kind: 'response';
  readonly device: string;
  readonly pasid: number;
  readonly prgi: number;
  /** As in the descriptor. */
  readonly code: number;
  readonly privateData?: string;
}

/** A handler's answer at the core (`iopf_group_response`). */
export interface SeenSubmit extends Where {
  readonly kind: 'submit';
  readonly pasid: number;
  readonly prgi: number;
  readonly code: number;
}

/** An answer that the kernel refused, without its key. */
export interface SeenRefusal extends Where {
  readonly kind: 'refusal';
}

/** The third record of a drain's signature. */
export interface SeenDrain extends Where {
  readonly kind: 'drain';
  readonly device: string;
  readonly pasid: number;
}

/** A PASID attached or detached; the kprobe names no device. */
export interface SeenBinding extends Where {
  readonly kind: 'attach' | 'detach';
  readonly pasid: number;
}

/** A function left the fault queue; the device is that of the last invalidation by the same task. */
export interface SeenRemoval extends Where {
  readonly kind: 'queue-removed';
  readonly device?: string;
}

export interface SeenMark extends Where {
  readonly kind: 'partial-discarded' | 'other';
}

export type Seen =
  | SeenRequest
  | SeenResponse
  | SeenSubmit
  | SeenRefusal
  | SeenDrain
  | SeenBinding
  | SeenRemoval
  | SeenMark;

export interface Visible {
  /** In the order of time, lines of equal time in the order of the file. */
  readonly events: readonly Seen[];
  /** Line of the header that says that fewer entries are in the buffer than were written. */
  readonly overwrittenLine?: number;
}

const LINE = /^\s*(.{1,16}-\d+)\s+\[\d+\] \S+\s+(\d+)\.(\d{6}): (\w+): (.*)$/;
const REQUEST =
  /^dmar\d+\/(\S+) seq# (\d+): rid=0x[0-9a-f]+ addr=(0x[0-9a-f]+) ([-rwxpl]{5}) pasid=0x([0-9a-f]+) index=0x([0-9a-f]+)(?: private=(\S+))?/;
const REPORT = /pasid=(\d+) grpid=(\d+) flags=0x([0-9a-f]+) perm=\S+ addr=(0x[0-9a-f]+)/;
const SUBMIT = /pasid=(\d+) grpid=(\d+) status=(\d+)/;
const OPERATION = /pasid=(\d+) grpid=(\d+) code=(\d+)/;
const HEADER = /^# entries-in-buffer\/entries-written: (\d+)\/(\d+)/;

/** Reads the text of one capture. The mock device has no wire: there the core's own calls stand for it. */
export function readVisible(text: string): Visible {
  const lines = text.split('\n');
  const hasWire = lines.some((line) => line.includes(': prq_report: '));
  const events: Seen[] = [];
  let overwrittenLine: number | undefined;
  const queue: string[] = [];
  const sourceOf = new Map<string, string>();
  for (const [index, raw] of lines.entries()) {
    const header = HEADER.exec(raw);
    if (header !== null && header[1] !== header[2]) overwrittenLine = index + 1;
    const match = LINE.exec(raw);
    if (match === null) continue;
    const [, task = '', seconds = '', micros = '', name = '', payload = ''] = match;
    const where: Where = { line: index + 1, time: Number(seconds) * 1e9 + Number(micros) * 1000, task };
    if (name === 'qi_submit') events.push(...readDescriptor(where, payload, queue, sourceOf));
    else events.push(readEvent(where, name, payload, hasWire, sourceOf));
  }
  events.sort((a, b) => a.time - b.time || a.line - b.line);
  if (hasWire) noteHandedOn(lines, events);
  return overwrittenLine === undefined ? { events } : { events, overwrittenLine };
}

/** `report_fault` stands before the `prq_report` of the same request, by the same task. */
function noteHandedOn(lines: readonly string[], events: Seen[]): void {
  const handed = new Map<string, { readonly time: number; readonly pasid: number; readonly prgi: number }>();
  for (const [at, event] of events.entries()) {
    const [, pasid, prgi] = / report_fault: .* pasid=(\d+) grpid=(\d+) /.exec(lines[event.line - 1] ?? '') ?? [];
    if (pasid !== undefined) handed.set(event.task, { time: event.time, pasid: Number(pasid), prgi: Number(prgi) });
    const own = handed.get(event.task);
    if (event.kind !== 'request' || own?.pasid !== event.pasid || own.prgi !== event.prgi) continue;
    events[at] = { ...event, handedOn: own.time };
    handed.delete(event.task);
  }
}

function readEvent(
  where: Where,
  name: string,
  payload: string,
  hasWire: boolean,
  sourceOf: ReadonlyMap<string, string>,
): Seen {
  switch (name) {
    case 'prq_report':
      return readRequest(where, payload);
    case 'report_fault': {
      const [, pasid, prgi, flags, address = ''] = REPORT.exec(payload) ?? [];
      if (hasWire || pasid === undefined) return { kind: 'other', ...where };
      const isLast = (Number.parseInt(flags ?? '0', 16) & 2) !== 0;
      return { kind: 'request', ...where, device: '', pasid: Number(pasid), prgi: Number(prgi), address, isLast };
    }
    case 'mock_page_response': {
      const [, pasid, prgi, code] = OPERATION.exec(payload) ?? [];
      return { kind: 'response', ...where, device: '', pasid: Number(pasid), prgi: Number(prgi), code: Number(code) };
    }
    case 'group_response': {
      const [, pasid, prgi, code] = SUBMIT.exec(payload) ?? [];
      return { kind: 'submit', ...where, pasid: Number(pasid), prgi: Number(prgi), code: Number(code) };
    }
    case 'respond_ret':
    case 'iommufd_fault_write':
      return { kind: payload.endsWith('ret=-22') ? 'refusal' : 'other', ...where };
    case 'attach_pasid':
    case 'detach_pasid': {
      const kind = name === 'attach_pasid' ? 'attach' : 'detach';
      return { kind, ...where, pasid: Number(/pasid=(\d+)/.exec(payload)?.[1]) };
    }
    case 'cache_tag_assign': {
      const pasid = Number(/ pasid (\d+)/.exec(payload)?.[1]);
      return pasid > 0 ? { kind: 'attach', ...where, pasid } : { kind: 'other', ...where };
    }
    case 'queue_remove_device': {
      const device = sourceOf.get(where.task);
      return { kind: 'queue-removed', ...where, ...(device === undefined ? {} : { device }) };
    }
    case 'queue_discard_partial':
      return { kind: 'partial-discarded', ...where };
    default:
      return { kind: 'other', ...where };
  }
}

function readRequest(where: Where, payload: string): SeenRequest {
  const match = REQUEST.exec(payload);
  if (match === null) throw new Error(`prq_report not understood on line ${where.line}: ${payload}`);
  const [, device = '', sequence, page = '0x0', flags = '', pasid = '', prgi = '', data] = match;
  return {
    kind: 'request',
    ...where,
    device,
    pasid: Number.parseInt(pasid, 16),
    prgi: Number.parseInt(prgi, 16),
    address: `0x${(BigInt(page) << 12n).toString(16)}`,
    isLast: flags.endsWith('l'),
    sequence: Number(sequence),
    ...(data === undefined ? {} : { privateData: data }),
  };
}

/** A page group response (log-formats A.2.2), or a step of a drain's signature. */
function readDescriptor(where: Where, payload: string, queue: string[], sourceOf: Map<string, string>): Seen[] {
  const [type = '', , first = '0x0', second = '0x0', third = '0x0', fourth = '0x0'] = payload.split(' ');
  const low = BigInt(first);
  if (type === 'page_grp_resp') {
    queue.length = 0;
    const hasPasid = (low & 0x10n) !== 0n;
    return [
      {
        kind: 'response',
        ...where,
        device: deviceName(Number((low >> 16n) & 0xffffn)),
        pasid: hasPasid ? Number((low >> 32n) & 0xfffffn) : 0,
        prgi: Number((BigInt(second) >> 3n) & 0x1ffn),
        code: Number((low >> 12n) & 0xfn),
        ...((low & 0x20n) === 0n ? {} : { privateData: `${third}/${fourth}` }),
      },
    ];
  }
  const step = type === 'inv_wait' && first === '0x200000045' ? 'fence' : type;
  if (step === 'fence') queue.length = 0;
  queue.push(step);
  const other: Seen = { kind: 'other', ...where };
  if (type === 'dev_tlb_inv') sourceOf.set(where.task, deviceName(Number((low >> 32n) & 0xffffn)));
  if (type !== 'p_dev_tlb_inv') return [other];
  const device = deviceName(Number((low >> 16n) & 0xffffn));
  sourceOf.set(where.task, device);
  if (queue.slice(-3).join() !== 'fence,p_iotlb_inv,p_dev_tlb_inv') return [other];
  return [{ kind: 'drain', ...where, device, pasid: Number((low >> 32n) & 0xfffffn) }];
}

/** Linux name of a requester id on the only PCI segment of these machines. */
export function deviceName(rid: number): string {
  const two = (value: number): string => value.toString(16).padStart(2, '0');
  return `0000:${two(rid >> 8)}:${two((rid >> 3) & 31)}.${rid & 7}`;
}
