import { readFileSync, writeFileSync } from 'node:fs';

/** A line of the table in README. */
export interface BenchRow {
  readonly input: string;
  readonly size: string;
  readonly time: string;
  readonly rate: string;
  readonly events: string;
  readonly memory: string;
  readonly compared: readonly string[];
}

const BEGIN = '<!-- benchmark: npm run bench -- --write -->';
const END = '<!-- end of benchmark -->';

/** Puts the figures between the marks in README. Throws if the marks are not there. */
export function writeTable(readme: string, machine: string, rows: readonly BenchRow[]): void {
  const text = readFileSync(readme, 'utf8');
  const start = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error(`${readme}: the marks of the benchmark are missing`);
  const table = [
    '',
    machine,
    '',
    '| input | size | `check` | MB/s | events/s | peak memory | compared |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(({ input, size, time, rate, events, memory, compared }) => {
      const cells = [input, size, time, rate, events, memory, compared.join('; ')];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    }),
    '',
  ];
  writeFileSync(readme, `${text.slice(0, start + BEGIN.length)}\n${table.join('\n')}\n${text.slice(end)}`);
}
