/** Longer sequences are paired greedily; a table of them would be too large. */
const MAX_TABLE = 400;
/** Beyond this, pairs next to lonely members count as not forced without a proof. */
const MAX_PROOF = 40;

export interface Pair {
  readonly left: number;
  readonly right: number;
  /** False: another pairing that leaves as few alone has no such pair. */
  readonly isForced: boolean;
}

/**
 * Pairs two sequences in order so that the fewest stay alone; `cost` of a pair is `undefined` where it cannot be, and
 * below 1 otherwise (it decides between pairings that leave as many alone).
 */
export function pairInOrder(
  leftCount: number,
  rightCount: number,
  cost: (left: number, right: number) => number | undefined,
): Pair[] {
  if (leftCount > MAX_TABLE || rightCount > MAX_TABLE) return pairGreedily(leftCount, rightCount, cost);
  const best = table(leftCount, rightCount, cost, undefined);
  const pairs: { left: number; right: number }[] = [];
  let left = 0;
  let right = 0;
  while (left < leftCount && right < rightCount) {
    const own = cost(left, right);
    const here = at(best, left, right);
    if (own !== undefined && isClose(here, own + at(best, left + 1, right + 1))) {
      pairs.push({ left, right });
      left += 1;
      right += 1;
    } else if (isClose(here, 1 + at(best, left + 1, right))) left += 1;
    else right += 1;
  }
  const alone = Math.floor(at(best, 0, 0) + 1e-9);
  const isForced = (pair: { left: number; right: number }): boolean => {
    if (alone === 0) return true;
    if (leftCount > MAX_PROOF || rightCount > MAX_PROOF) return false;
    return Math.floor(at(table(leftCount, rightCount, cost, pair), 0, 0) + 1e-9) > alone;
  };
  return pairs.map((pair) => ({ ...pair, isForced: isForced(pair) }));
}

function pairGreedily(
  leftCount: number,
  rightCount: number,
  cost: (left: number, right: number) => number | undefined,
): Pair[] {
  const pairs: Pair[] = [];
  let left = 0;
  let right = 0;
  while (left < leftCount && right < rightCount) {
    if (cost(left, right) !== undefined) {
      pairs.push({ left, right, isForced: leftCount === rightCount });
      left += 1;
      right += 1;
    } else if (right + 1 < rightCount && cost(left, right + 1) !== undefined) right += 1;
    else left += 1;
  }
  return pairs;
}

/** Least cost of pairing the rests from (left, right) on; one a member that stays alone. */
function table(
  leftCount: number,
  rightCount: number,
  cost: (left: number, right: number) => number | undefined,
  without: { readonly left: number; readonly right: number } | undefined,
): number[][] {
  const best: number[][] = Array.from({ length: leftCount + 1 }, () => new Array<number>(rightCount + 1).fill(0));
  for (let left = leftCount; left >= 0; left -= 1) {
    const row = best[left] ?? [];
    for (let right = rightCount; right >= 0; right -= 1) {
      if (left === leftCount || right === rightCount) {
        row[right] = leftCount - left + (rightCount - right);
        continue;
      }
      const isLeftOut = without !== undefined && without.left === left && without.right === right;
      const own = isLeftOut ? undefined : cost(left, right);
      const alone = 1 + Math.min(at(best, left + 1, right), at(best, left, right + 1));
      row[right] = own === undefined ? alone : Math.min(alone, own + at(best, left + 1, right + 1));
    }
  }
  return best;
}

function at(best: readonly number[][], left: number, right: number): number {
  return best[left]?.[right] ?? 0;
}

function isClose(one: number, other: number): boolean {
  return Math.abs(one - other) < 1e-9;
}
