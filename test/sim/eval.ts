/**
 * Compares what faultlog finds in generated captures with what really happened in them.
 *
 *     npm run eval -- --runs 10000 --seed 1 [--lanes all | --lanes host,driver,…] [--write FOLDER] [--show 10]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Owner } from '../../src/model/owner.ts';
import { describe } from './describe.ts';
import { judge, type Verdict } from './judge.ts';
import { generate } from './scenario.ts';
import { Score } from './score.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: 'host' },
    write: { type: 'string' },
    show: { type: 'string', default: '8' },
  },
});

const score = new Score();
const first = Number(values.seed);
const wanted = values.lanes.split(',');
const shown = Number(values.show);
let disagreements = 0;
const started = Date.now();
for (let seed = first; seed < first + Number(values.runs); seed += 1) {
  const scenario = generate(seed);
  const lanes = scenario.lanes.filter(({ lane }) => values.lanes === 'all' || wanted.includes(lane));
  const verdict = await judge(scenario, lanes);
  score.add(verdict);
  if (!isWrong(verdict)) continue;
  disagreements += 1;
  if (disagreements > shown) continue;
  console.log(describe(verdict, lanes));
  if (values.write === undefined) continue;
  const folder = join(values.write, `seed-${seed}`);
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of scenario.lanes) writeFileSync(join(folder, path), text);
  writeFileSync(join(folder, 'owners.csv'), ownersFile(scenario.owners));
  writeFileSync(join(folder, 'truth.txt'), `${describe(verdict, scenario.lanes)}\n`);
}
console.log(score.table());
console.log(
  `${values.runs} scenarios from seed ${first}: ${disagreements} with disagreements, ${((Date.now() - started) / 1000).toFixed(1)} s`,
);
if (disagreements > 0) process.exitCode = 1;

function isWrong(verdict: Verdict): boolean {
  return (
    verdict.missed.length > 0 ||
    verdict.judged.some(({ finding, truth }) => truth === undefined && finding.certainty !== 'possible')
  );
}

function ownersFile(owners: readonly Owner[]): string {
  const rows = owners.map(({ device, pasid, owner, guestPasid }) => [device, pasid, owner, guestPasid ?? ''].join(','));
  return ['requester,pasid,owner,guestPasid', ...rows, ''].join('\n');
}
