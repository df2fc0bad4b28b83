import { assertDefined } from '../base/assert.ts';
import type { AnsweredGroup } from '../model/answered-group.ts';
import type { RowSource } from '../model/event-rows.ts';
import type { PlainGroups } from './plain-groups.ts';
import { NONE } from './plain-messages.ts';
import type { KeyState } from './requester.ts';

/** The plain group that was answered last, as its columns have it. */
export class PlainAnswer implements AnsweredGroup {
  readonly #groups: PlainGroups;
  #source: RowSource | undefined;
  #slot = NONE;
  /** Column index of the answer's row. */
  #at = 0;
  answeredBy: AnsweredGroup['answeredBy'];

  constructor(groups: PlainGroups) {
    this.#groups = groups;
  }

  moveTo(slot: number, source: RowSource, at: number, isByHandler: boolean): void {
    this.answeredBy = isByHandler ? 'handler' : undefined;
    this.#slot = slot;
    this.#source = source;
    this.#at = at;
  }

  get origin(): AnsweredGroup['origin'] {
    return this.#rowSource.origin;
  }

  get device(): string {
    return this.#key.requester.name;
  }

  get pasid(): number {
    return this.#groups.pasid[this.#slot] ?? 0;
  }

  get prgi(): number {
    return this.#key.prgi;
  }

  get ordinal(): number {
    return this.#groups.ordinal[this.#slot] ?? 0;
  }

  get requests(): number {
    return this.#groups.members[this.#slot] ?? 0;
  }

  get firstAt(): number {
    return this.#groups.firstAt[this.#slot] ?? 0;
  }

  get sealedAt(): number {
    return this.#groups.sealedAt[this.#slot] ?? 0;
  }

  get answeredAt(): number {
    return this.#rowSource.rows.time[this.#at] ?? 0;
  }

  get latencyNs(): number {
    return Math.max(0, this.answeredAt - this.sealedAt);
  }

  get firstLine(): number {
    return this.#lineOf(this.#groups.first);
  }

  get lastLine(): number {
    return this.#lineOf(this.#groups.last);
  }

  get answerLine(): number {
    return this.#lineOf(this.#groups.response);
  }

  get sender(): string | undefined {
    const { rows } = this.#rowSource;
    return rows.taskNames[rows.task[this.#at] ?? 0];
  }

  #lineOf(messages: Int32Array): number {
    const message = messages[this.#slot] ?? NONE;
    return message === NONE ? 0 : this.#groups.messages.lineOf(message);
  }

  get #key(): KeyState {
    return assertDefined(this.#groups.key[this.#slot], 'the key of a plain group');
  }

  get #rowSource(): RowSource {
    return assertDefined(this.#source, 'the source of plain groups');
  }
}
