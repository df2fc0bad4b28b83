import type { PrintContext } from './print-conversion.ts';
import type { Recording } from './recording.ts';

interface Symbols {
  readonly addresses: BigUint64Array;
  readonly names: readonly string[];
}

/** Address, type, name, module. */
const SYMBOL = /^([0-9a-f]+) \S (\S+)/gm;

/** What print formats need of a recording. The symbol table is read when the first symbol is looked up. */
export function printContext(recording: Recording): PrintContext {
  let symbols: Symbols | undefined;
  return {
    longSize: recording.page.longSize,
    stringAt: (address) => recording.printk.get(address.toString(16)),
    symbolAt(address, hasOffset) {
      symbols ??= readSymbols(recording.symbols());
      return symbolAt(symbols, address, hasOffset);
    },
  };
}

function readSymbols(text: string): Symbols {
  const entries = [...text.matchAll(SYMBOL)].map(([, address = '0', name = '']) => ({
    address: BigInt(`0x${address}`),
    name,
  }));
  entries.sort((left, right) => (left.address < right.address ? -1 : left.address > right.address ? 1 : 0));
  return {
    addresses: BigUint64Array.from(entries, ({ address }) => address),
    names: entries.map(({ name }) => name),
  };
}

/** The last symbol at or below an address. */
function symbolAt({ addresses, names }: Symbols, address: bigint, hasOffset: boolean): string | undefined {
  let low = 0;
  let high = addresses.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((addresses[middle] ?? 0n) <= address) low = middle + 1;
    else high = middle;
  }
  const name = names[low - 1];
  if (name === undefined) return undefined;
  return hasOffset ? `${name}+0x${(address - (addresses[low - 1] ?? 0n)).toString(16)}` : name;
}
