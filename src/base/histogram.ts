/** Samples kept as they are; beyond, quantiles come from buckets with a relative error below 0.1 %. */
const MAX_EXACT = 16_384;
/** Buckets a factor of two: 2^10. */
const SUB_BUCKETS = 1024;

/** Quantiles of non-negative integers in bounded memory: exact for few samples, log-linear buckets for many. */
export class Histogram {
  count = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  #samples: number[] = [];
  readonly #buckets = new Map<number, number>();

  add(value: number): void {
    this.count += 1;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (this.count <= MAX_EXACT && this.#buckets.size === 0) {
      this.#samples.push(value);
      return;
    }
    if (this.#samples.length > 0) this.#spill();
    this.#bucket(value);
  }

  /** The smallest sample that at least `share` (0 to 1) of all samples do not exceed; undefined without samples. */
  quantile(share: number): number | undefined {
    if (this.count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(share * this.count));
    if (this.#samples.length > 0) return [...this.#samples].sort((a, b) => a - b)[rank - 1];
    let seen = 0;
    for (const key of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      seen += this.#buckets.get(key) ?? 0;
      if (seen >= rank) return Math.min(this.max, Math.max(this.min, upperBound(key)));
    }
    return this.max;
  }

  /** Adds everything that another histogram counted. */
  merge(other: Histogram): void {
    for (const value of other.#samples) this.add(value);
    if (other.#buckets.size === 0) return;
    this.#spill();
    for (const [key, count] of other.#buckets) this.#buckets.set(key, (this.#buckets.get(key) ?? 0) + count);
    this.count += other.count;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  /** Bucket and number of samples in it, in order of size: what `ofBuckets` takes. */
  buckets(): [bucket: number, count: number][] {
    const counts = new Map(this.#buckets);
    for (const value of this.#samples) {
      const key = bucketOf(value);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].sort(([a], [b]) => a - b);
  }

  /** What was counted elsewhere; quantiles come from the buckets. */
  static ofBuckets(buckets: Iterable<readonly [bucket: number, count: number]>, min: number, max: number): Histogram {
    const histogram = new Histogram();
    for (const [key, count] of buckets) {
      histogram.#buckets.set(key, count);
      histogram.count += count;
    }
    if (histogram.count > 0) {
      histogram.min = min;
      histogram.max = max;
    }
    return histogram;
  }

  #spill(): void {
    for (const value of this.#samples) this.#bucket(value);
    this.#samples = [];
  }

  #bucket(value: number): void {
    const key = bucketOf(value);
    this.#buckets.set(key, (this.#buckets.get(key) ?? 0) + 1);
  }
}

function bucketOf(value: number): number {
  if (value < SUB_BUCKETS) return value;
  const exponent = Math.floor(Math.log2(value)) - 10;
  return (exponent + 1) * SUB_BUCKETS + Math.floor(value / 2 ** exponent) - SUB_BUCKETS;
}

function upperBound(key: number): number {
  if (key < SUB_BUCKETS) return key;
  const exponent = Math.floor(key / SUB_BUCKETS) - 1;
  return ((key % SUB_BUCKETS) + SUB_BUCKETS + 1) * 2 ** exponent - 1;
}
