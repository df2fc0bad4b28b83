/** What the kernel log of a scenario adds to the findings of its trace. */
import type { ExpectedFinding } from './expected.ts';
import type { Story } from './simulate.ts';

export function predictDmesg(text: string, story: Story): readonly ExpectedFinding[] {
  const lines = text.split('\n');
  const has = (needle: string): number => lines.filter((line) => line.includes(needle)).length;
  const entries = [...overflows(has('PRQ overflow detected'), has('PRQ overflow cleared'), story), ...faults(lines)];
  const dropped = has('no pending PRQ, drop response');
  if (dropped > 0) entries.push(droppedResponses(dropped));
  // Without a pair the order against the trace is undecided (§7): the two clocks may be reported as not aligned.
  const isAbout = /overflow|aborted|no pending PRQ|DMAR: \[/.test(text);
  if (isAbout && has('Invalid page request') === 0) {
    entries.push({
      id: 'FL905',
      severity: 'warning',
      certainty: ['certain', 'likely', 'possible'],
      count: 0,
      max: 1,
      open: '§7: without a pair "the order against the trace is undecided"; FL905 if that counts as clocks that could not be aligned',
      why: 'the kernel log has IOMMU lines, and none that pairs with a line of the trace',
    });
  }
  return entries;
}

function overflows(detected: number, cleared: number, story: Story): ExpectedFinding[] {
  if (detected === 0 && cleared === 0) return [];
  const entry: ExpectedFinding = {
    id: 'FL304',
    severity: 'error',
    certainty: ['certain', 'likely'],
    count: 1,
    why: 'PRQ overflow detected: the queue overflowed and requests were lost',
  };
  if (detected === 0) {
    const open =
      '"PRQ overflow cleared" has no newline and shows up with the next message, here in a later scenario: an overflow before the capture, or none of its own';
    return [{ ...entry, count: 0, max: 1, open, why: 'PRQ overflow cleared: an overflow ended' }];
  }
  const most = detected + story.overflows.length;
  if (most === 1) return [entry];
  return [
    {
      ...entry,
      max: most,
      open: 'one finding an overflow, or one a line that tells of it (log line, repeated log line, queue_discard_partial)',
    },
  ];
}

/** One FL401 by requester, reason and page. */
function faults(lines: readonly string[]): ExpectedFinding[] {
  const record =
    /DMAR: \[(DMA Read|DMA Write)[^\]]*\] Request device \[([0-9a-f:.]+)\] fault addr (0x[0-9a-f]+) \[fault reason (\S+)\]/;
  const kinds = new Map<string, ExpectedFinding>();
  for (const line of lines) {
    const [, , device = '', address = '', reason = ''] = record.exec(line) ?? [];
    if (device === '') continue;
    const name = device.length > 7 ? device : `0000:${device}`;
    kinds.set(`${name} ${address} ${reason}`, {
      id: 'FL401',
      severity: 'warning',
      certainty: ['certain', 'likely', 'possible'],
      device: name,
      count: 1,
      why: `an unrecoverable fault record: reason ${reason}, page ${address}`,
    });
  }
  return [...kinds.values()];
}

function droppedResponses(count: number): ExpectedFinding {
  return {
    id: 'FL103',
    severity: 'warning',
    certainty: ['possible'],
    count: 0,
    max: count,
    open: 'the line tells of a refusal that the trace shows as a return value of -22 as well: the same one (nothing more), or counted on its own while the clocks are not aligned',
    why: 'no pending PRQ, drop response',
  };
}
