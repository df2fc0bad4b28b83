import { bits, letters, present, type Reading } from './bits.ts';

const TEXT =
  /^\s*(?<iommu>[^/ ]+)\/(?<device>[^ ]+) seq# (?<sequence>\d+): rid=0x(?<rid>[0-9a-f]+) addr=0x(?<address>[0-9a-f]{1,13}) (?<letters>[r-][w-][x-][p-][l-]) pasid=0x(?<pasid>[0-9a-f]+) index=0x(?<index>[0-9a-f]+)(?: private=0x(?<high>[0-9a-f]{1,16})\/0x(?<low>[0-9a-f]{1,16}))?(?:(?! private=0x)[ \r].*)?$/;

/** The readable twin of `parsers/dialects/intel-prq-report.ts`. */
export function readPrqReport(payload: string): Reading {
  const text = TEXT.exec(payload)?.groups;
  return text === undefined ? readFields(payload) : readText(text);
}

function readText(text: Record<string, string>): Reading {
  const [rid, pasid, prgi] = [text.rid, text.pasid, text.index].map((digits = '') => Number.parseInt(digits, 16));
  if (rid === undefined || pasid === undefined || prgi === undefined) return 'unread';
  if (rid > 0xffff || pasid > 0xfffff || prgi > 0x1ff) return 'unread';
  const access = text.letters?.slice(0, 4).replaceAll('-', '') ?? '';
  const isLast = text.letters?.endsWith('l') === true;
  const isMarker = isLast && pasid !== 0 && !/[rw]/.test(access);
  return present({
    kind: isMarker ? 'stop-marker' : 'page-request',
    iommu: text.iommu,
    device: text.device,
    requester: rid,
    pasid,
    prgi,
    addressDigits: text.address,
    addressShift: 12,
    access: access === '' ? undefined : access,
    isLast,
    privateData: privateData(text.high, text.low),
    sequence: Number(text.sequence),
  });
}

function privateData(high: string | undefined, low: string | undefined): string | undefined {
  if (high === undefined || low === undefined) return undefined;
  return `0x${BigInt(`0x${high}`).toString(16)}/0x${BigInt(`0x${low}`).toString(16)}`;
}

function readFields(payload: string): Reading {
  const fields = Object.fromEntries(
    [...payload.matchAll(/(?:^|\s)(\w+)=(\S*)/g)].map((match): [string, string] => [match[1] ?? '', match[2] ?? '']),
  );
  if (!/^\s*(?:\[|dw0=)/.test(payload)) return 'unread';
  const [dw0, dw1, dw2, dw3] = ['dw0', 'dw1', 'dw2', 'dw3'].map((name) => word(fields[name]));
  if (dw0 === undefined || dw1 === undefined || bits(dw0, 7, 0) !== 1 || bits(dw0, 15, 10) !== 0) return 'unread';
  const hasPasid = bits(dw0, 8, 8) === 1;
  const mask = bits(dw1, 1, 0) | (bits(dw0, 53, 52) << 2);
  const isLast = bits(dw1, 2, 2) === 1;
  const hasData = bits(dw0, 9, 9) === 1 && dw2 !== undefined && dw3 !== undefined;
  return present({
    kind: isLast && hasPasid && (mask & 3) === 0 ? 'stop-marker' : 'page-request',
    iommu: fields.iommu,
    device: fields.dev,
    requester: bits(dw0, 31, 16),
    pasid: hasPasid ? bits(dw0, 51, 32) : undefined,
    prgi: bits(dw1, 11, 3),
    addressDigits: (dw1 >> 12n).toString(16),
    addressShift: 12,
    access: letters(mask),
    isLast,
    privateData: hasData ? `0x${dw2.toString(16)}/0x${dw3.toString(16)}` : undefined,
    sequence: fields.seq === undefined ? undefined : Number(fields.seq),
  });
}

function word(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^(?:0x[0-9a-f]{1,16}|\d{1,20})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < 1n << 64n ? value : undefined;
}
