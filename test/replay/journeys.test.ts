import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/model/event.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { PageRequestGroup } from '../../src/replay/page-request-group.ts';
import { Replay } from '../../src/replay/replay.ts';
import { readCaptureEvents } from './read-capture.ts';

const SHARED = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../../fixtures/pri/', import.meta.url));

function captures(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((folder) => folder.startsWith('pri-intel') && !folder.includes('6.1.'))
    .flatMap((folder) => readdirSync(`${root}/${folder}`).map((file) => `${root}/${folder}/${file}`))
    .filter((file) => /\/[a-z]\d\d-[^.]+\.txt$/.test(file) && answersItsOwnGroups(file));
}

/** The faulty handler overwrote the PRGI or PASID of some answers: their count is that of another group. */
function answersItsOwnGroups(file: string): boolean {
  const truth = file.replace(/\.txt$/, '.truth.txt');
  return existsSync(truth) && !/ as-(?:prgi|pasid) /.test(readFileSync(truth, 'utf8'));
}

async function answeredGroups(file: string): Promise<PageRequestGroup[]> {
  const groups: PageRequestGroup[] = [];
  const replay = new Replay(DEFAULT_LIMITS, (observation) => {
    if (observation.kind === 'group-closed' && observation.group.submission !== undefined)
      groups.push(observation.group);
  });
  for (const event of await readCaptureEvents(file)) replay.push(event);
  replay.finish({ end: 'complete' });
  return groups;
}

const probes = (events: readonly TraceEvent[], probe: string): TraceEvent[] =>
  events.filter((event) => event.probe === probe);

/**
 * `count=` of the group_response kprobe is the kernel's own number of requests in the group that it answers (MANIFEST of the SVA
 * captures): what the replay collected must be as many, each reported once and answered once on every hop.
 */
describe.each([
  ['fixtures/pri', FIXTURES],
  [existsSync(SHARED) ? '../shared/captures' : '../shared/captures (skipped: the folder is not here)', SHARED],
])('journeys of the captures with kprobes in %s', (_, root) => {
  const files = captures(root);
  it.runIf(files.length > 0)('agree with the count that the kernel answered', async () => {
    let compared = 0;
    for (const file of files) {
      for (const group of await answeredGroups(file)) {
        const count = group.submission?.count;
        if (count === undefined || group.gap !== undefined) continue;
        compared += 1;
        const place = `${file.slice(root.length)}:${group.submission?.source.line}`;
        expect(`${place} ${group.requests.length}`).toBe(`${place} ${count}`);
        if (probes(group.upperHops, 'iommu_report_device_fault').length > 0) {
          expect(probes(group.upperHops, 'iommu_report_device_fault').length, place).toBe(count);
        }
        expect(probes(group.upperHops, 'intel_iommu_page_response').length, place).toBe(1);
      }
    }
    expect(compared).toBeGreaterThan(50);
  });
});
