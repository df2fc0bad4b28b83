/** What a word of 64 bits in a record is: of an address, or of something else. */
export type WordRole = 'address' | 'other';

const EVENT_RECEIVED = /event 0x[0-9a-f]{2} received:/;
const COMMAND = /(?:skipping command in error state|retrying command fetch)/;
/** Colours may stand between. */
const WORD_LINE = /smmu\S*:(?:\x1b\[[\d;]*m|[\s.])+0x[0-9a-f]{8} ?[0-9a-f]{8}\b/i;

/** Knows which of the raw words that an SMMU prints on lines of their own, behind the line that announces them, is which. */
export class WordQueue {
  #roles: WordRole[] = [];

  /** What the word in the line is, where that does not stand in the line itself. */
  roleOf(line: string): WordRole | undefined {
    if (EVENT_RECEIVED.test(line)) this.#roles = ['other', 'other', 'address', 'address'];
    else if (COMMAND.test(line)) this.#roles = ['other', 'address'];
    else if (WORD_LINE.test(line)) return this.#roles.shift();
    return undefined;
  }
}
