import type { LogLine } from '../log-line.ts';

/** A page request as the device puts it into the IOMMU's queue. */
export interface DeviceRequest {
  readonly device: LabDevice;
  /** undefined: without PASID. */
  readonly pasid: number | undefined;
  readonly prgi: number;
  readonly address: bigint;
  /** Letters of `rwxp`. */
  readonly access: string;
  readonly isLast: boolean;
  /** Second word of the private data; the first is made of the address. */
  readonly privateData: bigint | undefined;
}

const CODES: readonly string[] = ['success', 'invalid request'];

/** A function with page requests: sends what it is told to, and logs what it sent and what came back. */
export class LabDevice {
  readonly name: string;
  readonly rid: number;
  readonly file: string;
  /** Its log, in the form of the truth files. */
  readonly log: string[] = [];
  /** Answers that found no closed group of theirs. */
  readonly unexpected: LogLine[] = [];
  /** Expected answers that came before the host had handed on the request that they seem to be for: they were for none. */
  readonly premature: LogLine[] = [];
  readonly #waiting = new Map<string, number>();
  readonly #handedOn = new Map<string, number>();
  #firstAt: number | undefined;
  #requests = 0;
  #responses = 0;

  constructor(number: number) {
    this.name = `0000:0${number + 1}:00.0`;
    this.rid = (number + 1) << 8;
    this.file = `/dev/prilab${number}`;
  }

  sent(request: DeviceRequest, now: number, isAccepted: boolean): void {
    const { pasid, prgi, address, access, isLast, privateData } = request;
    const flags = [...'rwxp'].map((letter) => (access.includes(letter) ? letter : '-')).join('');
    const verdict = isAccepted ? 'accepted (0)' : 'not accepted (-28)';
    this.#requests += 1;
    this.log.push(
      `${this.#at(now)} request  pasid ${pasid ?? 'none'} prgi ${prgi} addr 0x${address.toString(16)} ${flags}${isLast ? 'l' : '-'} ${verdict}${privateData === undefined ? '' : ' with private data'}`,
    );
    const isStopMarker = isLast && pasid !== undefined && !/[rw]/.test(access);
    if (!isAccepted || isStopMarker || (!isLast && privateData === undefined)) return;
    const key = `${pasid ?? 'none'}/${prgi}`;
    this.#waiting.set(key, (this.#waiting.get(key) ?? 0) + 1);
  }

  /** The host's thread has the request at hand. */
  handedOn({ pasid, prgi, isLast, privateData }: DeviceRequest): void {
    if (!isLast && privateData === undefined) return;
    const key = `${pasid ?? 'none'}/${prgi}`;
    this.#handedOn.set(key, (this.#handedOn.get(key) ?? 0) + 1);
  }

  received(pasid: number | undefined, prgi: number, code: number, now: number, line: LogLine): void {
    const key = `${pasid ?? 'none'}/${prgi}`;
    const waiting = this.#waiting.get(key) ?? 0;
    this.#waiting.set(key, Math.max(0, waiting - 1));
    const known = this.#handedOn.get(key) ?? 0;
    this.#handedOn.set(key, Math.max(0, known - 1));
    if (waiting === 0) this.unexpected.push(line);
    else if (known === 0) this.premature.push(line);
    this.#responses += 1;
    const wrong = waiting === 0 ? ', UNEXPECTED (no such group outstanding)' : '';
    this.log.push(
      `${this.#at(now)} response pasid ${pasid ?? 'none'} prgi ${prgi} ${CODES[code] ?? 'response failure'}${wrong}`,
    );
  }

  /** Its part of a truth file. */
  truth(): string {
    return [
      `== log of the device behind ${this.file} (its own clock, ms since its first entry)`,
      ...this.log,
      `== ${this.#requests} requests, ${this.#responses} responses, 0 translations; PRI status register 0x8100`,
      '',
    ].join('\n');
  }

  #at(now: number): string {
    this.#firstAt ??= now;
    return ((now - this.#firstAt) / 1000).toFixed(3).padStart(10);
  }
}
