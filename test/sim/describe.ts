import type { Verdict } from './judge.ts';
import type { RecordedLane } from './scenario.ts';
import type { Truth } from './truth.ts';

/** What was expected and what was found, for a person. */
export function describe({ scenario, judged, missed }: Verdict, lanes: readonly RecordedLane[]): string {
  const { seed, hostKind, hasProbes, plans, damage } = scenario;
  const lines = [
    `seed ${seed}: host ${hostKind}, ${hasProbes ? 'kprobes' : 'tracepoints only'}, lanes ${lanes.map(({ path }) => path).join(' ')}, plans ${plans.join(' ')}, damage ${JSON.stringify(damage)}`,
  ];
  for (const truth of missed) lines.push(`  missed    ${truthText(truth, lanes)}`);
  for (const { finding, truth } of judged) {
    if (truth !== undefined || finding.certainty === 'possible') continue;
    const where = finding.evidence.map(({ input, line }) => `${input}:${line}`).join(' ');
    lines.push(`  wrong     ${finding.id} ${finding.certainty} [${where}] ${finding.message}`);
  }
  for (const truth of scenario.truths) lines.push(`  truth     ${truthText(truth, lanes)}`);
  return lines.join('\n');
}

function truthText({ id, device, pasid, prgi, lines, proof, why }: Truth, lanes: readonly RecordedLane[]): string {
  const where = lines.flatMap((line) =>
    lanes.flatMap((lane, index) => {
      const number = lane.numberOf.get(line);
      return number === undefined ? [] : [`${index}:${number}`];
    }),
  );
  return `${id} ${device} PASID ${pasid} PRGI ${prgi} [${where.join(' ')}] by ${proof}: ${why}`;
}
