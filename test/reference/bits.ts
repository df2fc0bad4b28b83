/** Bits high:low of a word: the specification's notation, slowly. */
export function bits(word: bigint, high: number, low: number): number {
  return Number((word >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n));
}

/** Fields that are there, in the shape of `fieldsOf`. */
export function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== false));
}

export type Reading = Record<string, unknown> | 'silent' | 'unread' | 'continuation';

const CODES = ['success', 'invalid-request', 'response-failure'];

/** VT-d table 32, with Linux's own failure code. */
export function wireCode(value: number): Record<string, unknown> {
  if (value === 15) return { code: 'response-failure' };
  if (value === 2) return { code: 'response-failure', rawCode: 2 };
  return value < 2 ? { code: CODES[value] } : { code: 'reserved', rawCode: value };
}

/** enum iommu_page_response_code. */
export function kernelCode(value: number): Record<string, unknown> {
  if (value === 15) return { code: 'response-failure', rawCode: 15 };
  return value < 3 ? { code: CODES[value] } : { code: 'reserved', rawCode: value };
}

/** Letters in the order of the mask's bits. */
export function letters(mask: number): string | undefined {
  const text = [...'rwxp'].filter((_, index) => mask & (1 << index)).join('');
  return text === '' ? undefined : text;
}

/** PCI bus, device and function of a device name. */
export function requesterOf(device: string | undefined): number | undefined {
  const match = /^(?:[0-9a-f]{4}:)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/.exec(device ?? '');
  if (match === null) return undefined;
  return Number.parseInt(match[1] ?? '', 16) * 256 + Number.parseInt(match[2] ?? '', 16) * 8 + Number(match[3]);
}
