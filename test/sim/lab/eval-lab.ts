/**
 * Compares verdicts on generated captures of the lab with its devices' own logs.
 *
 *     node test/sim/lab/eval-lab.ts --runs 1000 --seed 1 [--variants] [--write FOLDER] [--show 10]
 *
 * --variants: other recordings of the same runs instead (test/sim/lab/variants.ts).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../random.ts';
import { differencesOf, recordLab } from './compare.ts';
import { runLab } from './script.ts';
import { variantDifferences } from './variants.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    variants: { type: 'boolean', default: false },
    write: { type: 'string' },
    show: { type: 'string', default: '8' },
  },
});
const first = Number(values.seed);
let wrong = 0;
for (let seed = first; seed < first + Number(values.runs); seed += 1) {
  const run = runLab(seed);
  for (const hasProbes of [true, false]) {
    const differences = values.variants
      ? await variantDifferences(run, hasProbes, new Random(seed))
      : await differencesOf(run, hasProbes);
    if (differences.length === 0) continue;
    wrong += 1;
    if (wrong > Number(values.show)) continue;
    console.log(
      `seed ${seed} ${run.setup.kernel} ${run.setup.handlings.join('+')} ${hasProbes ? 'kprobes' : 'tracepoints only'}`,
    );
    for (const text of differences.slice(0, 6)) console.log(`  ${text}`);
    if (values.write === undefined) continue;
    mkdirSync(values.write, { recursive: true });
    const base = join(values.write, `lab-${seed}${hasProbes ? '' : '-bare'}`);
    writeFileSync(`${base}.txt`, recordLab(run, hasProbes).text);
    writeFileSync(`${base}.truth.txt`, run.lab.devices.map((device) => device.truth()).join('\n'));
  }
}
console.log(`${values.runs} runs from seed ${first}: ${wrong} captures with differences`);
if (wrong > 0) process.exitCode = 1;
