/** Longer sequences are paired window by window; a table of them would be too large. */
const MAX_TABLE = 128;
/** Members of each sequence that a window looks at; the pairs of its first half stay. */
const WINDOW = 64;
/** Beyond this, pairs next to lonely members count as not forced without a proof. */
const MAX_PROOF = 40;

type PairCost = (left: number, right: number) => number | undefined;

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
export function pairInOrder(leftCount: number, rightCount: number, cost: PairCost): Pair[] {
  if (isEvenlyPaired(leftCount, rightCount, cost)) {
    return Array.from({ length: leftCount }, (_, index) => ({ left: index, right: index, isForced: true }));
  }
  if (leftCount > MAX_TABLE || rightCount > MAX_TABLE) return pairByWindows(leftCount, rightCount, cost);
  const best = table(leftCount, rightCount, cost, undefined);
  const pairs = trace(best, leftCount, rightCount, cost);
  const alone = Math.floor(at(best, 0, 0) + 1e-9);
  const isForced = (pair: Place): boolean => {
    if (alone === 0) return true;
    if (leftCount > MAX_PROOF || rightCount > MAX_PROOF) return false;
    return Math.floor(at(table(leftCount, rightCount, cost, pair), 0, 0) + 1e-9) > alone;
  };
  return pairs.map((pair) => ({ ...pair, isForced: isForced(pair) }));
}

interface Place {
  readonly left: number;
  readonly right: number;
}

/** The n-th with the n-th: every other pairing leaves two members alone, which costs more than all pairs here. */
function isEvenlyPaired(leftCount: number, rightCount: number, cost: PairCost): boolean {
  if (leftCount !== rightCount) return false;
  let sum = 0;
  for (let index = 0; index < leftCount; index += 1) {
    const own = cost(index, index);
    if (own === undefined) return false;
    sum += own;
    if (sum >= 1) return false;
  }
  return true;
}

/** Least-cost way through a table from its beginning. */
function trace(best: readonly number[][], leftCount: number, rightCount: number, cost: PairCost): Place[] {
  const pairs: Place[] = [];
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
  return pairs;
}

/** Pairs are forced only where nothing stays alone: then there is one way to pair in order. */
function pairByWindows(leftCount: number, rightCount: number, cost: PairCost): Pair[] {
  const pairs: Place[] = [];
  let left = 0;
  let right = 0;
  while (left < leftCount && right < rightCount) {
    const [fromLeft, fromRight] = [left, right];
    const lefts = Math.min(WINDOW, leftCount - left);
    const rights = Math.min(WINDOW, rightCount - right);
    const isLast = left + lefts === leftCount && right + rights === rightCount;
    const ofWindow: PairCost = (one, other) => cost(fromLeft + one, fromRight + other);
    const found = isEvenlyPaired(lefts, rights, ofWindow)
      ? Array.from({ length: lefts }, (_, index) => ({ left: index, right: index }))
      : trace(table(lefts, rights, ofWindow, undefined), lefts, rights, ofWindow);
    const kept = isLast ? found : found.filter((pair) => pair.left < WINDOW / 2 && pair.right < WINDOW / 2);
    for (const pair of kept) pairs.push({ left: fromLeft + pair.left, right: fromRight + pair.right });
    const end = pairs.at(-1);
    if (isLast) break;
    if (kept.length > 0 && end !== undefined) {
      left = end.left + 1;
      right = end.right + 1;
      continue;
    }
    // No pair near: go on where the first one is, or past the window.
    const next = found[0] ?? { left: Math.max(1, lefts / 2), right: Math.max(1, rights / 2) };
    left += Math.ceil(next.left);
    right += Math.ceil(next.right);
  }
  const isForced = pairs.length === leftCount && pairs.length === rightCount;
  return pairs.map((pair) => ({ ...pair, isForced }));
}

/** Least cost of pairing the rests from (left, right) on; one a member that stays alone. */
function table(leftCount: number, rightCount: number, cost: PairCost, without: Place | undefined): number[][] {
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
