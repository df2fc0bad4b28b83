import { describe, expect, it } from 'vitest';
import { describe as tell } from './describe.ts';
import { judge, type Verdict } from './judge.ts';
import { generate, type RecordedLane, type Scenario } from './scenario.ts';

const FIRST_SEED = 1;
const RUNS = 400;
/** `SIM_RUNS=10000` for the long form; `npm run eval` tells more. */
const runs = Number(process.env.SIM_RUNS ?? RUNS);

describe('generated captures, of which the truth is known', () => {
  it('of the host alone: nobody is accused falsely, and what the capture proves is found', async () => {
    expect(await disagreements(({ lanes }) => lanes.filter(({ lane }) => lane === 'host'))).toEqual([]);
  }, 120_000);

  it('of host, VMM and guests: nobody is accused falsely, and what the lanes prove together is found', async () => {
    expect(await disagreements(({ lanes }) => lanes)).toEqual([]);
  }, 120_000);

  it('is the same scenario for the same seed', () => {
    const texts = ({ lanes }: Scenario): readonly string[] => lanes.map(({ text }) => text);
    expect(texts(generate(7))).toEqual(texts(generate(7)));
  });

  it('holds faults of every kind that a host can prove', () => {
    const ids = new Set<string>();
    for (let seed = FIRST_SEED; seed < FIRST_SEED + 300; seed += 1) {
      for (const truth of generate(seed).truths) if (truth.proof === 'wire') ids.add(truth.id);
    }
    expect([...ids].sort()).toEqual([
      'FL101',
      'FL102',
      'FL103',
      'FL104',
      'FL105',
      'FL107',
      'FL203',
      'FL204',
      'FL205',
      'FL301',
      'FL304',
      'FL305',
      'FL306',
    ]);
  });
  it('holds crossings that the guest leaves no doubt of, and answers of the wrong guest', () => {
    const proven = new Set<string>();
    for (let seed = FIRST_SEED; seed < FIRST_SEED + 300; seed += 1) {
      for (const { id, isCertain, proof } of generate(seed).truths) {
        if (proof === 'guest') proven.add(isCertain === true ? `${id} certain` : id);
      }
    }
    expect([...proven].sort()).toEqual(['FL201 certain', 'FL206', 'FL302']);
  });
});

/** What is wrong with the first few scenarios, each with its seed. */
async function disagreements(lanesOf: (scenario: Scenario) => readonly RecordedLane[]): Promise<string[]> {
  const found: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + runs && found.length < 5; seed += 1) {
    const scenario = generate(seed);
    const lanes = lanesOf(scenario);
    const verdict = await judge(scenario, lanes);
    if (isWrong(verdict)) found.push(tell(verdict, lanes));
  }
  return found;
}

function isWrong({ missed, judged }: Verdict): boolean {
  return (
    missed.length > 0 || judged.some(({ finding, truth }) => truth === undefined && finding.certainty !== 'possible')
  );
}
