import { UsageError } from '../base/errors.ts';
import { normaliseDeviceName } from '../model/device-name.ts';

/** A page-request group as `--group` names it: `0000:01:00.0/1/3#2`. */
export interface GroupName {
  /** Normalised; absent: the capture names no device for it. */
  readonly device?: string;
  /** Absent: without PASID. */
  readonly pasid?: number;
  readonly prgi: number;
  /** Absent: all instances of the key. */
  readonly instance?: number;
}

const NAME = /^(?<device>.+)\/(?<pasid>-|\d+|0x[0-9a-f]+)\/(?<prgi>\d+|0x[0-9a-f]+)(?:#(?<instance>[1-9]\d*))?$/i;

/** Parser of the option `--group DEV/PASID/PRGI[#n]`. */
export function groupOption(value: string): GroupName {
  const parts = NAME.exec(value.trim())?.groups;
  if (parts === undefined) {
    throw new UsageError(
      `--group ${value}: not a page-request group`,
      'Give DEV/PASID/PRGI or DEV/PASID/PRGI#n, like 0000:01:00.0/1/3#2; - stands for no device or no PASID.',
    );
  }
  const { device = '-', pasid = '-', prgi = '', instance } = parts;
  return {
    ...(device !== '-' && { device: normaliseDeviceName(device) }),
    ...(pasid !== '-' && { pasid: Number(pasid) }),
    prgi: Number(prgi),
    ...(instance !== undefined && { instance: Number(instance) }),
  };
}

/** The form that `--group` takes. */
export function formatGroupName({ device, pasid, prgi, instance }: GroupName): string {
  return `${device ?? '-'}/${pasid ?? '-'}/${prgi}${instance === undefined ? '' : `#${instance}`}`;
}
