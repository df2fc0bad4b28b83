import { ByteWriter } from './byte-writer.ts';
import type { RawRecord } from './recorded.ts';

export interface PageOptions {
  readonly isLittleEndian: boolean;
  readonly longSize: 4 | 8;
  readonly pageSize: number;
  /** Pads before every n-th record as the kernel does where a record was discarded. */
  readonly padEvery?: number;
  /** Gives every n-th record an absolute time stamp. */
  readonly stampEvery?: number;
}

const TWO_27 = 1n << 27n;

/** Ring-buffer pages with these records (include/linux/ring_buffer.h; type or length in 5 bits, delta in 27). */
export function writePages(records: readonly RawRecord[], options: PageOptions): Uint8Array {
  const { isLittleEndian, longSize, pageSize } = options;
  const out = new ByteWriter(isLittleEndian);
  const head = 8 + longSize;
  let page = -1;
  let last = 0n;
  let missed = 0;
  const close = (): void => {
    if (page < 0) return;
    const size = out.at - page - head;
    if (missed > 0) long(out, BigInt(missed), longSize);
    const flags = missed === 0 ? 0 : missed > 0 ? 0xc000_0000 : 0x8000_0000;
    out.patch(page + 8, () => long(out, BigInt(size + flags), longSize));
    out.align(pageSize);
  };
  for (const [index, record] of records.entries()) {
    const needed = 12 + 8 + 8 + 8 + record.data.length + longSize;
    if (page < 0 || record.missed !== 0 || out.at + needed > page + pageSize) {
      close();
      page = out.at;
      missed = record.missed;
      last = record.time;
      out.u64(record.time);
      long(out, 0n, longSize);
    }
    if (isNth(index, options.padEvery) && record.time > last) {
      word(out, 29, 1n, isLittleEndian).u32(8).u32(0xdead_beef);
      last += 1n;
    }
    if (isNth(index, options.stampEvery)) {
      const low = record.time & ((1n << 59n) - 1n);
      word(out, 31, low % TWO_27, isLittleEndian).u32(Number(low / TWO_27));
      last = record.time;
    }
    let delta = record.time - last;
    if (delta >= TWO_27) {
      word(out, 30, delta % TWO_27, isLittleEndian).u32(Number(delta / TWO_27));
      delta = 0n;
    }
    const { length } = record.data;
    if (length <= 28 * 4) word(out, length / 4, delta, isLittleEndian);
    else word(out, 0, delta, isLittleEndian).u32(length + 4);
    out.raw(record.data);
    last = record.time;
  }
  close();
  return out.bytes();
}

function isNth(index: number, every: number | undefined): boolean {
  return every !== undefined && index % every === every - 1;
}

function word(out: ByteWriter, type: number, delta: bigint, isLittleEndian: boolean): ByteWriter {
  const value = isLittleEndian ? type + Number(delta) * 32 : type * 0x800_0000 + Number(delta);
  return out.u32(value);
}

function long(out: ByteWriter, value: bigint, size: 4 | 8): void {
  if (size === 8) out.u64(value);
  else out.u32(Number(value));
}
