import { normaliseDeviceName } from '../model/device-name.ts';

/** Display filters. What names no device, PASID or time passes no filter on it. */
export interface ShownFilter {
  readonly devices?: readonly string[];
  readonly pasids?: readonly number[];
  /** Seconds on the capture's clock, both inclusive. */
  readonly from?: number;
  readonly to?: number;
}

interface Shown {
  readonly device?: string;
  readonly pasid?: number;
  readonly time?: string;
}

/** A test of one thing against the filter. */
export function shownBy(filter: ShownFilter): (thing: Shown) => boolean {
  const devices = filter.devices?.map(normaliseDeviceName);
  const { pasids, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = filter;
  const isTimed = filter.from !== undefined || filter.to !== undefined;
  return ({ device, pasid, time }) => {
    if (devices !== undefined && (device === undefined || !devices.includes(normaliseDeviceName(device)))) return false;
    if (pasids !== undefined && (pasid === undefined || !pasids.includes(pasid))) return false;
    if (!isTimed) return true;
    const seconds = time === undefined ? Number.NaN : Number(time);
    return seconds >= from && seconds <= to;
  };
}
