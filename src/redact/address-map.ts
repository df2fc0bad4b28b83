import { createHmac } from 'node:crypto';

/** Bits that stay: the page offset, and the place of the page among its neighbours. */
const REGION_BITS = 21n;
const OFFSET_MASK = (1n << REGION_BITS) - 1n;
const PAGE_BYTES = 0x1000n;
const ROUNDS = 8;
const MAX_CACHED = 65_536;

/** Regions that are mapped among themselves, so that an address keeps its magnitude. */
interface RegionClass {
  readonly from: bigint;
  readonly to: bigint;
}

/** Ends of the classes, in bits of an address: 32 of old hardware, 47 and 48 of user space, widths of physical addresses. */
const WIDTHS = [32n, 47n, 48n, 52n, 57n] as const;
const ALL_REGIONS = 1n << 43n;
const KERNEL_START = ALL_REGIONS - (1n << 26n);
const ENDS = [...WIDTHS.map((bits) => 1n << (bits - REGION_BITS)), KERNEL_START, ALL_REGIONS];
const CLASSES: readonly RegionClass[] = ENDS.map((to, index) => ({ from: ENDS[index - 1] ?? 0n, to }));

/** Regions that stand for "all addresses" in invalidation descriptors, and for negative numbers. */
const SPECIAL: readonly bigint[] = [ALL_REGIONS - 1n, ALL_REGIONS / 2n - 1n];

/**
 * Replaces addresses of 64 bits one to one: which 2 MiB region an address lies in depends on a secret, its place inside stays.
 * So equal pages stay equal, neighbours inside a region neighbours, and a descriptor word (address and flags below the page)
 * fits its address. The first page (no address) stays. Needs no table: the secret alone undoes it.
 */
export class AddressMap {
  readonly #secret: string;
  readonly #cache = new Map<string, bigint>();
  #tweak = 0;

  /** @param secret hexadecimal digits */
  constructor(secret: string) {
    this.#secret = secret;
    // The regions' map must not leave the first one in place, which is the only one that small tests use.
    while (this.#region(0n, 1) === 0n) {
      this.#tweak += 1;
      this.#cache.clear();
    }
  }

  map(address: bigint): bigint {
    return this.#walk(address, 1);
  }

  unmap(address: bigint): bigint {
    return this.#walk(address, -1);
  }

  /** An address that would come into the first page, which is taken by itself, is mapped again. */
  #walk(address: bigint, direction: 1 | -1): bigint {
    if (address < PAGE_BYTES || address >= 1n << 64n) return address;
    const image = this.#step(address, direction);
    return image < PAGE_BYTES ? this.#step(image, direction) : image;
  }

  #step(address: bigint, direction: 1 | -1): bigint {
    return (this.#region(address >> REGION_BITS, direction) << REGION_BITS) | (address & OFFSET_MASK);
  }

  #region(region: bigint, direction: 1 | -1): bigint {
    if (SPECIAL.includes(region)) return region;
    const key = `${direction}${region}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
    const image = this.#permuted(region, direction);
    this.#cache.set(key, image);
    return image;
  }

  /** A permutation of the class, out of one of the next power of two: what falls outside is permuted again. */
  #permuted(region: bigint, direction: 1 | -1): bigint {
    const place = CLASSES.findIndex(({ from, to }) => region >= from && region < to);
    const { from, to } = CLASSES[place] ?? { from: 0n, to: ALL_REGIONS };
    const bits = (to - from - 1n).toString(2).length;
    let index = region - from;
    do {
      index = this.#feistel(index, bits, place, direction);
    } while (index >= to - from || SPECIAL.includes(index + from));
    return index + from;
  }

  /** A Feistel network with halves that may differ by a bit. */
  #feistel(index: bigint, bits: number, place: number, direction: 1 | -1): bigint {
    const lowBits = BigInt(bits >> 1);
    const lowMask = (1n << lowBits) - 1n;
    const highMask = (1n << (BigInt(bits) - lowBits)) - 1n;
    let high = index >> lowBits;
    let low = index & lowMask;
    for (let at = 0; at < ROUNDS; at += 1) {
      const round = direction === 1 ? at : ROUNDS - 1 - at;
      if (round % 2 === 0) high ^= this.#noise(low, round, place) & highMask;
      else low ^= this.#noise(high, round, place) & lowMask;
    }
    return (high << lowBits) | low;
  }

  #noise(half: bigint, round: number, place: number): bigint {
    const digest = createHmac('sha256', this.#secret).update(`${this.#tweak} ${place} ${round} ${half}`).digest();
    return digest.readBigUInt64LE(0);
  }
}
