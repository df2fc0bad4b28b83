import { allNeedles } from '../intake/dispatch.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { AddressMap } from './address-map.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { publicWords } from './public-words.ts';
import { differences, LineSight, type Sight } from './sight.ts';
import { type Token, tokensOf } from './tokens.ts';
import { WordQueue, type WordRole } from './word-queue.ts';

export type Direction = 'redact' | 'undo';

/** A token with the texts that may stand in its place, the preferred one first. */
interface Choice {
  readonly token: Token;
  readonly texts: readonly string[];
  chosen: number;
}

/** Tasks of every kernel; those of interrupts name the unit whose page requests they report. */
const KERNEL_TASK =
  /^(?:<idle>|swapper(?:\/\d+)?|kthreadd|kworker(?:\/[\w:-]*)?|(?:ksoftirqd|migration|cpuhp|rcuop|rcuog|rcuos)\/\d+|rcu_\w+|irq\/\d+-(?:dmar|AMD-Vi|arm-smm).*)$/;
const ACCESS_LETTERS = /^[rwxpl-]{1,6}$/i;
/** What kernels number, and plain numbers. `host7` or `vm3` would be a name. */
const NUMBERED = /^(?:(?:dmar|cpu|irq|[dq]?w|cb|ivhd|ttys|lv|dte|ttbr)\d{1,3}|\d{1,6})$/;
/** A date up to its first colon. */
const ISO_HOUR = /^\d{4}-\d\d-\d\dT\d\d$/;
const ALL_ONES = /^f+$/i;
/** Names in front of words of hardware that hold no address, or one that the analysis does not ask for. */
const REGISTER =
  /(?:\b(?:[dq]w0|w0|low|flags|status|reg|ver|v?cap|ecap|fsr|g?fsy?n?r\w*|cbfrsynra|errs|sid|ssid|stag|devid|cons|prod|hwprod|hwcons|code|error|reason|type|master|int_status|private|ret|rid|pasid|index|event|domain|opcode|seq)\s*[=:]?\s*\(?|qi_submit: \w+ \S+: |page_grp_resp \S+: .*|private=\S*\/)$/i;
/** Longer numbers in lines that mean nothing may be anything: addresses, serials, telephone numbers. */
const MAX_PLAIN_DIGITS = 6;
const MAX_TRIES = 4;
const PAGE_SHIFT = 12n;
const HASH = 35;
/** More than all differences of a line that is seen. */
const UNSEEN = 10_000;

/** Replaces what could tell whose machine it was, or undoes that, in one line after the other. */
export class LineRedactor {
  readonly #direction: Direction;
  readonly #addresses: AddressMap;
  readonly #mapAddress: (address: bigint) => bigint;
  readonly #names: Pseudonyms;
  readonly #public: ReadonlySet<string>;
  /** Words that parsers turned out to need. */
  readonly #learned = new Set<string>();
  readonly #needles: readonly string[];
  readonly #before: LineSight;
  readonly #after: LineSight;
  readonly #words = new WordQueue();
  /** Lines of which nothing but public words and numbers is left although no parser knows them. */
  unknownLines = 0;
  /** Lines that could not be replaced without changing what the analysis sees. */
  failedLines = 0;

  constructor(parsers: ParserRegistry, addresses: AddressMap, names: Pseudonyms, direction: Direction) {
    this.#direction = direction;
    this.#addresses = addresses;
    this.#mapAddress = (address) => this.#map(address, direction);
    this.#names = names;
    this.#public = publicWords(parsers);
    this.#needles = allNeedles(parsers, undefined);
    this.#before = new LineSight(parsers);
    this.#after = new LineSight(parsers);
  }

  #map(address: bigint, direction: Direction): bigint {
    return direction === 'redact' ? this.#addresses.map(address) : this.#addresses.unmap(address);
  }

  line(line: string): string {
    const start = this.#direction === 'undo' ? this.#names.undo(line) : line;
    const sights = this.#before.look(start);
    const mayMatter = this.#mayMatter(start);
    const isKnown = mayMatter && sights.some(({ kind }) => kind !== 'nothing' && kind !== 'unread');
    if (!isKnown && line.trim() !== '' && line.charCodeAt(0) !== HASH) this.unknownLines += 1;
    const choices = this.#choices(start, sights[0], isKnown);
    if (mayMatter) this.#settle(start, choices, sights);
    if (isKnown) this.#learn(choices);
    if (this.#direction === 'redact') this.#remember(choices);
    return assembled(start, choices);
  }

  #mayMatter(line: string): boolean {
    return this.#needles.some((needle) => line.includes(needle));
  }

  /** Chooses the texts with which the analysis sees the same. */
  #settle(line: string, choices: readonly Choice[], sights: readonly Sight[]): void {
    const missed = (): number => {
      const text = assembled(line, choices);
      // The analysis looks at lines with a needle only.
      return this.#mayMatter(text) ? differences(sights, this.#after.look(text), this.#mapAddress) : UNSEEN;
    };
    let best = missed();
    for (let round = 0; best > 0 && round < MAX_TRIES; round += 1) {
      // All that was typed, from which the replacements that do no harm are taken one by one.
      if (round === 0) {
        for (const choice of choices) choice.chosen = Math.max(0, choice.texts.indexOf(choice.token.text));
        best = missed();
      }
      for (const choice of choices) best = this.#improve(choice, best, missed);
    }
    if (best > 0) this.failedLines += 1;
  }

  #improve(choice: Choice, best: number, missed: () => number): number {
    const { chosen } = choice;
    let found = { chosen, missed: best };
    for (const index of choice.texts.keys()) {
      if (index === chosen) continue;
      choice.chosen = index;
      const now = missed();
      // The preferred text wins where it does no harm.
      if (now < found.missed || (now === found.missed && index < found.chosen)) found = { chosen: index, missed: now };
    }
    choice.chosen = found.chosen;
    return found.missed;
  }

  #learn(choices: readonly Choice[]): void {
    for (const { token, texts, chosen } of choices) {
      if (token.kind === 'word' && texts.length > 1 && texts[chosen] === token.text) this.#learned.add(token.text);
    }
  }

  /** Numbers that undoing would not find, or not write as they were. */
  #remember(choices: readonly Choice[]): void {
    for (const { token, texts, chosen } of choices) {
      const text = texts[chosen];
      if (text === undefined || text === token.text || token.kind === 'word') continue;
      if (
        token.kind === 'hex'
          ? this.#hexOf(text, 'undo') !== token.text
          : token.kind === 'bare-hex' || token.kind === 'number'
      )
        this.#names.remember(text, token.text);
    }
  }

  #choices(line: string, sight: Sight | undefined, isKnown: boolean): Choice[] {
    const role = this.#words.roleOf(line);
    const task = sight?.task === undefined || KERNEL_TASK.test(sight.task) ? undefined : sight.task;
    const taskAt = task === undefined || sight === undefined ? -1 : line.slice(0, sight.payload).indexOf(task);
    const choices: Choice[] = [];
    if (task !== undefined && taskAt >= 0 && this.#direction === 'redact') {
      const token = { start: taskAt, text: task, kind: 'word' } as const;
      choices.push({ token, texts: [this.#names.of('task', task)], chosen: 0 });
    }
    for (const token of tokensOf(line)) {
      const { start, text } = token;
      const isInTask = taskAt >= 0 && start < taskAt + (task?.length ?? 0) && start + text.length > taskAt;
      if (isInTask) continue;
      const isInPrefix = sight !== undefined && start < sight.payload;
      const texts = this.#textsOf(token, line, sight, isInPrefix, isKnown, role);
      if (texts.length > 1 || texts[0] !== text) choices.push({ token, texts, chosen: 0 });
    }
    // The task may stand behind a time.
    return choices.sort((one, other) => one.token.start - other.token.start);
  }

  #textsOf(
    token: Token,
    line: string,
    sight: Sight | undefined,
    isInPrefix: boolean,
    isKnown: boolean,
    role: WordRole | undefined,
  ): readonly string[] {
    const { kind, text, start } = token;
    const noted = this.#direction === 'undo' ? this.#names.nameOf(text) : undefined;
    if (noted !== undefined) return [noted];
    switch (kind) {
      case 'hex':
      case 'bare-hex':
        if (role === 'other' || REGISTER.test(line.slice(0, start))) return [text];
        if (kind === 'hex') return [...this.#mappedHexes(text, sight), text];
        // Without 0x it may be anything, and comes back only where a parser reads it as a number.
        if (this.#direction === 'undo') return [text, ...this.#mappedHexes(text, sight)];
        return [this.#names.of('id', text), ...(isKnown ? this.#mappedHexes(text, sight) : []), text];
      case 'number':
        return this.#numberTexts(token, line, isKnown || isInPrefix, sight);
      case 'word':
        if (this.#direction === 'undo' || this.#isPublic(text, isInPrefix, sight)) return [text];
        return [this.#names.of(isInPrefix && sight?.isTrace !== true ? 'host' : 'name', text), text];
      default:
        return this.#direction === 'undo' ? [text] : [this.#names.of(kind, text), text];
    }
  }

  #isPublic(word: string, isInPrefix: boolean, sight: Sight | undefined): boolean {
    if (this.#learned.has(word)) return true;
    if (isInPrefix && sight?.isTrace === true) return true;
    if (isInPrefix) return PREFIX_WORD.test(word);
    if (this.#names.has(word)) return false;
    if (ACCESS_LETTERS.test(word) || ALL_ONES.test(word) || ISO_HOUR.test(word)) return true;
    const lower = word.toLowerCase();
    if (this.#public.has(lower)) return true;
    return lower.split(/[-._]+/).every((part) => part.length < 2 || NUMBERED.test(part) || this.#public.has(part));
  }

  #numberTexts({ text, start }: Token, line: string, isPlain: boolean, sight: Sight | undefined): readonly string[] {
    if (!/^\d+$/.test(text)) return [text];
    const value = BigInt(text);
    const twin = /0x([0-9a-f]+)\s*\($/i.exec(line.slice(0, start));
    // `0x101017 (1052695)` says one thing twice.
    if (twin !== null && BigInt(`0x${twin[1]}`) === value) {
      const isRegister = REGISTER.test(line.slice(0, start - (twin[0]?.length ?? 0)));
      return isRegister ? [text] : [String(this.#mapAddress(value)), text];
    }
    if (text.length <= 3) return [text];
    if (!isPlain)
      return this.#direction === 'redact' && text.length > MAX_PLAIN_DIGITS
        ? [this.#names.of('id', text), text]
        : [text];
    const decimal = String(this.#mapAddress(value));
    return text.length > 16 ? [text, decimal] : [text, ...this.#mappedHexes(text, sight), decimal];
  }

  /** As an address, and, where the line prints page numbers, as one of those. */
  #mappedHexes(text: string, sight: Sight | undefined): string[] {
    const address = this.#hexOf(text, this.#direction);
    return sight?.facts.addressShift === 12 ? [this.#hexOf(text, this.#direction, PAGE_SHIFT), address] : [address];
  }

  /** With the prefix, the letters' case and the width that it has. */
  #hexOf(text: string, direction: Direction, shift = 0n): string {
    const digits = text.replace(/^0x/i, '');
    const mapped = (this.#map(BigInt(`0x${digits}`) << shift, direction) >> shift).toString(16);
    // Some formats have a fixed width.
    const isPadded = direction === 'redact' || digits.startsWith('0');
    const padded = isPadded ? mapped.padStart(digits.length, '0') : mapped;
    const cased = /[A-F]/.test(digits) ? padded.toUpperCase() : padded;
    return text.slice(0, text.length - digits.length) + cased;
  }
}

/** What stands in front of a kernel's message and is no name: dates, levels, the kernel. */
const PREFIX_WORD =
  /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun|utc|gmt|cest|cet|[ap]m|kernel|kern|daemon|auth|syslog|user|local\d|emerg|alert|crit|err|error|warn|warning|notice|info|debug|[tz]|[diewvf]|\d[\d.tz-]*|t\d+|c\d+)$/i;

function assembled(line: string, choices: readonly Choice[]): string {
  let text = '';
  let at = 0;
  for (const { token, texts, chosen } of choices) {
    text += line.slice(at, token.start) + (texts[chosen] ?? token.text);
    at = token.start + token.text.length;
  }
  return text + line.slice(at);
}
