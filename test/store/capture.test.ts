import { describe, expect, test } from 'vitest';
import type { Capture } from '../../src/store/capture.ts';
import { fixturePaths, readTwice } from './read-fixture.ts';

const FOLDERS = ['pri', 'amd-vi', 'arm-smmu-v3', 'intel-dmar-fault', 'ladder', 'trace-dat', 'virtio-iommu'];
const HANDLER = 'pri/pri-intel-handler-7.2.13';

function eventRows(capture: Capture) {
  return Array.from({ length: capture.events.count }, (_, row) => {
    const { row: own, timeNs: _time, groupRow: _group, ...event } = capture.events.view(row) ?? { row: -1 };
    expect(own).toBe(row);
    return event;
  });
}

/** In the order of `faultlog groups`: first requests. */
function groupRecords(capture: Capture) {
  return Array.from({ length: capture.groups.count }, (_, row) => capture.groups.record(row)).sort((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );
}

describe('a capture holds what the analysis gave', () => {
  for (const path of fixturePaths(FOLDERS)) {
    test(path, async () => {
      const { capture, events, groups, result } = await readTwice([path]);
      expect(eventRows(capture)).toEqual(events);
      const expected = [...groups].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      expect(groupRecords(capture)).toEqual(expected);
      expect(capture.result).toEqual(result);
      expect(capture.findings).toEqual(result.findings);
      expect(capture.progress).toMatchObject({ isLoaded: true });
    });
  }
});

describe('links', () => {
  test('an event and its instance name each other', async () => {
    const { capture } = await readTwice([`${HANDLER}/h02-answered-twice.txt`]);
    const { events, groups } = capture;
    for (let row = 0; row < groups.count; row += 1) {
      for (const event of groups.eventsOf(row)) expect(events.groupOf(event)).toBe(row);
    }
    let linked = 0;
    for (let row = 0; row < events.count; row += 1) {
      const group = events.groupOf(row);
      if (group === undefined) continue;
      linked += 1;
      expect(groups.eventsOf(group)).toContain(row);
    }
    expect(linked).toBe(25);
  });

  test('the uses of a PRGI follow each other', async () => {
    const { capture } = await readTwice([`${HANDLER}/h02-answered-twice.txt`]);
    const { groups } = capture;
    for (let row = 0; row < groups.count; row += 1) {
      const next = groups.nextUse(row);
      if (next === undefined) continue;
      expect(groups.previousUse(next)).toBe(row);
      expect(groups.view(next)?.prgi).toBe(groups.view(row)?.prgi);
      expect(groups.startOf(next)).toBeGreaterThan(groups.startOf(row));
    }
  });
});
