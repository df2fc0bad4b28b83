import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi, requesterId } from '../../src/model/ids.ts';
import { nanoseconds } from '../../src/model/time.ts';

/** What a small capture is made of: one device, two PASIDs, two PRGIs, one line a millisecond. */
export type Step =
  | { readonly kind: 'request' | 'last' | 'response'; readonly pasid: number; readonly prgi: number }
  | { readonly kind: 'drain'; readonly pasid: number };

const PASIDS = [1, 2];
const PRGIS = [1, 2];

export const MESSAGES: readonly Step[] = PASIDS.flatMap((p) =>
  PRGIS.flatMap((g) => (['last', 'response'] as const).map((kind) => ({ kind, pasid: p, prgi: g }))),
);

export const ALPHABET: readonly Step[] = [
  ...MESSAGES,
  ...PASIDS.flatMap((p) => PRGIS.map((g) => ({ kind: 'request' as const, pasid: p, prgi: g }))),
  ...PASIDS.map((p) => ({ kind: 'drain' as const, pasid: p })),
];

const REPORTER = 53;
const HANDLER = 142;

/**
 * The events of a capture as the dialects give them. It begins with the attach of both PASIDs, and with a group of a
 * third, so that the device is known to send requests. Symbol n is on line n + 1.
 */
export function eventsOf(capture: readonly Step[]): TraceEvent[] {
  const attached = PASIDS.map((p) => placed(event('pasid-bound', p, undefined, HANDLER), 0));
  const other = [
    ...eventsOfSymbol({ kind: 'last', pasid: 3, prgi: 3 }),
    ...eventsOfSymbol({ kind: 'response', pasid: 3, prgi: 3 }),
  ];
  return [
    ...attached,
    ...other.map((each) => placed(each, 0)),
    ...capture.flatMap((symbol, index) => eventsOfSymbol(symbol).map((e) => placed(e, index + 1))),
  ];
}

function eventsOfSymbol(symbol: Step): TraceEvent[] {
  switch (symbol.kind) {
    case 'drain':
      return (['fence', 'iotlb', 'device-tlb'] as const).map((step) => {
        const each = event('drain', step === 'fence' ? undefined : symbol.pasid, undefined, HANDLER);
        each.drainStep = step;
        return each;
      });
    case 'response': {
      const response = event('page-response', symbol.pasid, symbol.prgi, HANDLER);
      response.code = 'success';
      return [response];
    }
    default: {
      const request = event('page-request', symbol.pasid, symbol.prgi, REPORTER);
      request.isLast = symbol.kind === 'last';
      return [request];
    }
  }
}

function event(kind: TraceEvent['kind'], p: number | undefined, g: number | undefined, pid: number): TraceEvent {
  const made = newEvent(kind, 'test', 'wire');
  if (kind === 'page-request') made.probe = 'prq_report';
  made.iommu = 'dmar0';
  made.device = '0000:01:00.0';
  made.requester = requesterId(0x100);
  if (p !== undefined) made.pasid = pasid(p);
  if (g !== undefined) made.prgi = prgi(g);
  made.pid = pid;
  made.task = pid === REPORTER ? 'irq/24-dmar0-pr' : 'handler';
  return made;
}

function placed(each: TraceEvent, line: number): TraceEvent {
  each.source = { input: 0, line: line + 1, offset: 0, text: '' };
  each.time = nanoseconds(line * 1e6);
  return each;
}

export function spell(capture: readonly Step[]): string {
  const letters = { request: 'r', last: 'L', response: 'A', drain: 'D' };
  return capture.map((s) => `${letters[s.kind]}${s.pasid}${'prgi' in s ? s.prgi : ''}`).join(' ');
}

/** True for one of each set of captures that differ only in the names of PASIDs and PRGIs. */
export function isCanonical(capture: readonly Step[]): boolean {
  const firstPasid = capture[0]?.pasid ?? 1;
  const withPrgi = capture.find((symbol) => 'prgi' in symbol);
  return firstPasid === 1 && (withPrgi === undefined || !('prgi' in withPrgi) || withPrgi.prgi === 1);
}
