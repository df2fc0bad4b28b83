import { FIELDS, TYPE_HELP } from '../../filter/fields.ts';
import { explainText } from '../../report/rule-docs.ts';
import { KEY_BINDINGS, KEY_SECTIONS, type KeyBinding, LINE_COMMANDS, shownKey } from '../keys.ts';
import type { HelpPlace } from '../state/place.ts';
import { EMPTY_LINE, type Line, line, selected, span, textOf } from '../text/line.ts';
import { wrapText } from '../text/wrap.ts';
import { VIEW_TITLES } from '../view-names.ts';
import { CURSOR } from './finding-row.ts';
import { bodyRows, type Focus, type View, type ViewContext, visibleRows } from './view.ts';

const KEYS_WIDTH = 22;

/** The keys, from their one table, or what a rule finds. */
export class HelpView implements View {
  readonly #place: HelpPlace;
  readonly #context: ViewContext;
  #all: readonly Line[] | undefined;

  constructor(place: HelpPlace, context: ViewContext) {
    this.#place = place;
    this.#context = context;
  }

  get count(): number {
    return this.allLines().length;
  }

  get pageRows(): number {
    return bodyRows(this.#context.size);
  }

  get status(): string {
    return this.#place.rule ?? '';
  }

  get focus(): Focus {
    return {};
  }

  lines(): readonly Line[] {
    const all = this.allLines();
    const { cursor } = this.#place;
    return visibleRows(cursor, all.length, this.pageRows).map((row) => {
      const text = all[row] ?? EMPTY_LINE;
      return row === cursor.selected ? selected(withCursor(text)) : text;
    });
  }

  textAt(row: number): string {
    return textOf(this.allLines()[row] ?? EMPTY_LINE);
  }

  allLines(): readonly Line[] {
    const { world, size } = this.#context;
    const rule = this.#place.rule === undefined ? undefined : world.rule(this.#place.rule);
    this.#all ??= rule === undefined ? keyLines(size.columns) : ruleLines(explainText(rule, styleOf(size.columns)));
    return this.#all;
  }
}

/** The mark of the cursor in the blanks that a line begins with. */
function withCursor({ spans: [first, ...rest] }: Line): Line {
  return { spans: [{ ...first, text: `${CURSOR}${(first?.text ?? '').slice(1)}` }, ...rest] };
}

function styleOf(columns: number) {
  return { colour: false, width: columns - 2, isVerbose: false, isQuiet: false };
}

function ruleLines(text: string): Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map((each) => line(`  ${each}`));
}

function keyLines(columns: number): Line[] {
  const lines: Line[] = [];
  for (const section of KEY_SECTIONS) {
    lines.push(line('  ', span(section, 'title')));
    for (const binding of KEY_BINDINGS) if (binding.section === section) lines.push(...bindingLines(binding, columns));
    lines.push(EMPTY_LINE);
  }
  lines.push(line('  ', span('Command line', 'title')));
  for (const { name, argument, help } of LINE_COMMANDS) lines.push(...entry(`:${name} ${argument}`, help, columns));
  lines.push(
    EMPTY_LINE,
    line('  ', span('Filter', 'title'), '  as for faultlog events --where and faultlog groups --where'),
  );
  for (const [form, help] of FILTER_FORMS) lines.push(...entry(form, help, columns));
  for (const { name, type, help } of FIELDS) lines.push(...entry(name, `${help}: ${TYPE_HELP[type]}`, columns));
  lines.push(EMPTY_LINE, line('  ', span('Signs', 'title')));
  for (const [sign, help] of SIGNS) lines.push(...entry(sign, help, columns));
  return lines;
}

const FILTER_FORMS: readonly (readonly [string, string])[] = [
  ['pasid=3 latency>1ms', 'both must hold; also != < <= >='],
  ['a | b,  !a,  (a b)', 'or, not, parentheses'],
  ['kind=fault,drain', 'one of several values'],
];

const SIGNS: readonly (readonly [string, string])[] = [
  ['>', 'the row of the cursor'],
  ['✗ error  ! warning  i note', 'severity, by shape, word and colour'],
  ['·', 'a line that a finding rests on, beside the one that it is about'],
  ['…', 'text that is cut here; the arrow keys scroll it, Enter opens it'],
  ['\\x1b  \\u{202e}', 'a character of the log that no terminal is to get'],
];

function bindingLines(binding: KeyBinding, columns: number): Line[] {
  const keys = binding.keys.map(shownKey).join(' ');
  const where = binding.views === undefined ? '' : ` (${binding.views.map((view) => VIEW_TITLES[view]).join(', ')})`;
  return entry(keys, `${binding.help}${where}`, columns);
}

/** A term and its explanation beside it, or below where the term is long. */
function entry(term: string, help: string, columns: number): Line[] {
  const indent = ' '.repeat(KEYS_WIDTH + 4);
  const [first = '', ...rest] = wrapText(help, columns, indent);
  const head = `    ${term}`;
  const lines =
    head.length < indent.length
      ? [line('    ', span(term.padEnd(KEYS_WIDTH), 'key'), first.trimStart())]
      : [line('    ', span(term, 'key')), line(first)];
  return [...lines, ...rest.map((text) => line(text))];
}
