import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { contentOf, readCaptureFile } from './read-capture.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const FIXTURES = `${root}fixtures/trace-dat`;
const SHARED = `${root}../shared/captures`;

/** Recordings of a folder with the text that `trace-cmd report` made of them. */
function pairsIn(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.dat'))
    .flatMap((file) => {
      const name = file.slice(0, -'.dat'.length);
      const report = [`${name}.report.txt`, `trace-cmd-3.4-report-${name.replace('trace-', '')}.txt`]
        .map((candidate) => `${folder}/${candidate}`)
        .find((path) => existsSync(path));
      return report === undefined ? [] : [[`${folder}/${file}`, report] as const];
    });
}

/** The fields of `prq_report` end with a buffer that the kernel does not fill; what it holds by chance trace-cmd shows or not. */
function withoutGarbage(text: string): string {
  return text.replace(/ buff=.*$/s, '');
}

describe('a recording and the text of trace-cmd report', () => {
  test.each(pairsIn(FIXTURES))('%s', async (recording, text) => {
    const [binary, printed] = [await readCaptureFile(recording), await readCaptureFile(text)];
    expect(contentOf(binary)).toEqual(contentOf(printed));
    expect(binary.report.error).toBeUndefined();
    expect(binary.events.length).toBeGreaterThan(10);
    const lines = binary.events.map(({ source }) => withoutGarbage(source.text));
    expect(lines).toEqual(printed.events.map(({ source }) => withoutGarbage(source.text)));
  });

  test('each event names its record', async () => {
    const { events, report } = await readCaptureFile(`${FIXTURES}/h02-answered-twice-6.1.192.dat`);
    const numbers = events.map(({ source }) => source.line);
    expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
    expect(numbers.at(-1)).toBeLessThanOrEqual(report.lines);
    expect(events.every(({ source }) => source.offset > 0 && source.offset < report.bytes)).toBe(true);
  });

  test('the loss of events is where trace-cmd reports it', async () => {
    const { events, report } = await readCaptureFile(`${FIXTURES}/h08-handler-full-6.1.192.dat`);
    expect(events.filter(({ kind }) => kind === 'capture-gap').map(({ cpu, lost }) => ({ cpu, lost }))).toEqual([
      { cpu: 1, lost: 61 },
    ]);
    expect(report.lostEvents).toBe(61);
  });
});

describe.skipIf(!existsSync(SHARED))('all recordings beside the repository (skipped: ../shared is not there)', () => {
  const folders = existsSync(SHARED) ? readdirSync(SHARED, { withFileTypes: true }) : [];
  const pairs = folders.filter((entry) => entry.isDirectory()).flatMap(({ name }) => pairsIn(`${SHARED}/${name}`));
  test.each(pairs)('%s', async (recording, text) => {
    expect(contentOf(await readCaptureFile(recording))).toEqual(contentOf(await readCaptureFile(text)));
  });
});
