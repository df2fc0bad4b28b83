import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import { loadCaptureHere } from '../../src/cli/load-capture.ts';
import { toEventRow } from '../../src/format/event-row.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import type { EventRow } from '../../src/model/event-schema.ts';
import type { GroupRow } from '../../src/model/group.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { Result } from '../../src/model/result.ts';
import type { Capture } from '../../src/store/capture.ts';

export const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** Recorded captures, as paths below `fixtures/`. */
export function fixturePaths(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(`${FIXTURES}${folder}`, { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`)
      .filter((path) => statSync(`${FIXTURES}${path}`).isFile() && !/\.(expect\.txt|md|json)$/.test(path))
      .sort(),
  );
}

export function inputsOf(paths: readonly string[]): readonly InputSpec[] {
  return paths.map((path) => {
    const absolute = path.startsWith('/') ? path : `${FIXTURES}${path}`;
    const lane = /guest/.test(basename(path)) ? 'guest' : 'host';
    return { path, lane, sizeBytes: statSync(absolute).size, open: () => createReadStream(absolute) };
  });
}

/** The same inputs as a capture, and as the stream gives them. */
export interface ReadTwice {
  readonly capture: Capture;
  readonly events: readonly EventRow[];
  readonly groups: readonly GroupRow[];
  readonly result: Result;
}

export async function readTwice(paths: readonly string[]): Promise<ReadTwice> {
  const { capture, loaded } = loadCaptureHere(inputsOf(paths), registry, { limits: DEFAULT_LIMITS });
  await loaded;
  const events: EventRow[] = [];
  const groups: GroupRow[] = [];
  const result = await analyse(inputsOf(paths), registry, {
    limits: DEFAULT_LIMITS,
    onEvents: (batch, reports) => {
      for (const event of batch) {
        const scale = reports[event.source.input]?.scale;
        if (scale !== undefined) events.push(toEventRow(event, scale));
      }
    },
    onGroup: (row) => groups.push(row),
  });
  return { capture, events, groups, result };
}
