import type { Verdict } from './judge.ts';

interface Row {
  right: number;
  wrong: number;
}

/** Precision by rule and certainty, recall by rule. */
export class Score {
  readonly #precision = new Map<string, Row>();
  readonly #recall = new Map<string, Row>();

  add({ judged, due, missed }: Verdict): void {
    for (const { finding, truth } of judged) {
      const row = rowOf(this.#precision, `${finding.id} ${finding.certainty}`);
      if (truth === undefined) row.wrong += 1;
      else row.right += 1;
    }
    for (const truth of due) {
      const row = rowOf(this.#recall, truth.id);
      if (missed.includes(truth)) row.wrong += 1;
      else row.right += 1;
    }
  }

  /** False accusations of certainty `certain`. */
  get falseCertain(): number {
    let sum = 0;
    for (const [name, row] of this.#precision) if (name.endsWith(' certain')) sum += row.wrong;
    return sum;
  }

  table(): string {
    const lines = ['', 'rule   certainty   right  wrong  precision'];
    for (const [name, row] of [...this.#precision].sort()) {
      const [id = '', certainty = ''] = name.split(' ');
      lines.push(`${id}  ${certainty.padEnd(9)} ${cells(row)}`);
    }
    lines.push('', 'rule               found missed     recall');
    for (const [id, row] of [...this.#recall].sort()) lines.push(`${id.padEnd(16)} ${cells(row)}`);
    return lines.join('\n');
  }
}

function rowOf(rows: Map<string, Row>, name: string): Row {
  const found = rows.get(name);
  if (found !== undefined) return found;
  const created = { right: 0, wrong: 0 };
  rows.set(name, created);
  return created;
}

function cells({ right, wrong }: Row): string {
  const share = ((100 * right) / (right + wrong)).toFixed(2);
  return `${String(right).padStart(7)} ${String(wrong).padStart(6)} ${share.padStart(9)}%`;
}
