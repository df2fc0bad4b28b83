/** The commoner ones that `dmesg -T` is run in. English has a scanner of its own. */
const LOCALES: readonly string[] = [
  ...['de', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'nb', 'fi', 'pl', 'cs', 'sk', 'hu', 'ro', 'hr', 'sl', 'bg'],
  ...['ru', 'uk', 'tr', 'el', 'ca', 'et', 'lv', 'lt', 'ja', 'zh', 'ko', 'vi', 'id'],
];
/** A Sunday. */
const FIRST_DAY = Date.UTC(2026, 1, 1);
const DAY_MS = 86_400_000;
const WIDTHS = ['short', 'long'] as const;
/** Pairs of names that are remembered: a log has few, a hostile one any number. */
const MOST_REMEMBERED = 1024;

/** What a language calls a month or a day, shortened and in full, by its index. */
type Names = readonly (readonly string[])[];

interface Language {
  readonly months: Names;
  readonly days: Names;
}

/** 0 to 11, and 0 for Sunday to 6, as far as a language has both names. */
interface NamedDay {
  readonly month: number;
  readonly weekday: number;
}

let languages: readonly Language[] | undefined;
const remembered = new Map<string, readonly NamedDay[]>();

/**
 * The month that a name means in some language in which the day's name is that of the date; undefined if there is none. The
 * C library's abbreviations are those of Unicode's data, or the beginnings of the full names.
 */
export function monthOfNames(weekday: string, month: string, day: number, year: number): number | undefined {
  const key = `${weekday} ${month}`.toLowerCase().replaceAll('.', '');
  let candidates = remembered.get(key);
  if (candidates === undefined) {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    candidates = meanings(key);
    remembered.set(key, candidates);
  }
  return candidates.find((named) => new Date(Date.UTC(year, named.month, day)).getUTCDay() === named.weekday)?.month;
}

function meanings(key: string): readonly NamedDay[] {
  const [weekday = '', month = ''] = key.split(' ');
  languages ??= LOCALES.map(languageOf);
  return languages.flatMap(({ months, days }) => {
    const named = { month: indexOf(months, month), weekday: indexOf(days, weekday) };
    return named.month < 0 || named.weekday < 0 ? [] : [named];
  });
}

function languageOf(locale: string): Language {
  return {
    months: names(
      locale,
      'month',
      Array.from({ length: 12 }, (_, month) => Date.UTC(2026, month, 1)),
    ),
    days: names(
      locale,
      'weekday',
      Array.from({ length: 7 }, (_, day) => FIRST_DAY + day * DAY_MS),
    ),
  };
}

/** A month is called otherwise beside its day than alone. */
function names(locale: string, part: 'month' | 'weekday', times: readonly number[]): Names {
  const options = WIDTHS.map((width) => ({ [part]: width, timeZone: 'UTC' }));
  const alone = options.map((option) => new Intl.DateTimeFormat(locale, option));
  const beside = options.map((option) => new Intl.DateTimeFormat(locale, { ...option, day: 'numeric' }));
  return times.map((time) => {
    const parts = beside.map((format) => format.formatToParts(time).find(({ type }) => type === part)?.value ?? '');
    const all = [...alone.map((format) => format.format(time)), ...parts];
    return all.map((name) => name.toLowerCase().replaceAll('.', ''));
  });
}

/** A name, its beginning, or, as in Chinese, its end. */
function indexOf(all: Names, name: string): number {
  const exact = all.findIndex((those) => those.includes(name));
  if (exact >= 0) return exact;
  return all.findIndex((those) =>
    those.some((full) => full.startsWith(name) || (full.length === 2 && full.endsWith(name))),
  );
}
