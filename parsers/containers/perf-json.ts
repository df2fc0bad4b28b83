import type { Container } from '../../src/model/parser.ts';
import { type LineRewriter, rewriting } from './line-rewriter.ts';

const SHOWN_HEAD = 512;
const FIELD = /^\s*"(\w+)": (?:"((?:[^"\\]|\\.)*)"|(-?\d+)),?\s*$/;
const NS_DIGITS = 9;
/** The end of a sample; deeper objects are entries of its call chain. */
const END = /^\t\t\},?\s*$/;

/**
 * `perf data convert --to-json` (tools/perf/util/data-convert-json.c): the samples of a perf.data file with their fields,
 * one on a line. Which event a sample is follows from its fields. Each becomes a line of `perf script`, at the place of its end.
 */
export const perfJson: Container = {
  name: 'perf-json',
  description: 'samples of perf data convert --to-json',
  matches(head) {
    return /^\s*\{\s*"linux-perf-json-version"/.test(Buffer.from(head.subarray(0, SHOWN_HEAD)).toString('utf8'));
  },
  decoder: () => rewriting(new PerfSamples()),
};

class PerfSamples implements LineRewriter {
  readonly #fields = new Map<string, string>();

  take(line: string, out: string[]): void {
    const field = FIELD.exec(line);
    if (field !== null) this.#fields.set(field[1] ?? '', field[3] ?? unescaped(field[2] ?? ''));
    if (!END.test(line)) {
      out.push('');
      return;
    }
    out.push(sampleLine(this.#fields));
    this.#fields.clear();
  }

  end(): void {
    // The last sample ends with a line of its own.
  }
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}

/** `COMM PID [CPU] SECONDS.NANOS: SYSTEM:EVENT: PAYLOAD`; empty for a sample of another event. */
function sampleLine(fields: ReadonlyMap<string, string>): string {
  const event = eventOf(fields);
  if (event === undefined) return '';
  const time = (fields.get('timestamp') ?? '0').padStart(NS_DIGITS + 1, '0');
  const cpu = (fields.get('cpu') ?? '0').padStart(3, '0');
  const stamp = `${time.slice(0, -NS_DIGITS)}.${time.slice(-NS_DIGITS)}`;
  return `${fields.get('comm') ?? '?'} ${fields.get('tid') ?? '0'} [${cpu}] ${stamp}: ${event}`;
}

function eventOf(fields: ReadonlyMap<string, string>): string | undefined {
  const of = (name: string) => fields.get(name) ?? '';
  const text = (names: readonly string[]) => names.map((name) => `${name}=${of(name)}`).join(' ');
  if (fields.has('msg')) return `printk:console: ${of('msg')}`;
  if (fields.has('iova') && fields.has('flags')) {
    return `iommu:io_page_fault: IOMMU:${of('driver')} ${of('device')} iova=${of('iova')} flags=${of('flags')}`;
  }
  if (fields.has('dw0')) {
    const words = text(['dw0', 'dw1', 'dw2', 'dw3', 'seq', 'iommu', 'dev']);
    return `intel_iommu:prq_report: [FAILED TO PARSE] ${words} buff=`;
  }
  if (fields.has('qw0')) return `intel_iommu:qi_submit: ${text(['qw0', 'qw1', 'qw2', 'qw3', 'iommu'])}`;
  return undefined;
}
