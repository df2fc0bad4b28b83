import { Transform } from 'node:stream';
import type { Container } from '../../src/model/parser.ts';

const SHOWN_HEAD = 16 * 1024;
/** Where a message begins: `<PRI>` and a date, or the version of RFC 5424. */
const START = /<\d{1,3}>(?=1 \d{4}-|\d{4}-\d\d-\d\dT|[A-Z][a-z]{2} [ \d]\d \d\d:)/g;
/** Longest `<PRI>` with its date. */
const START_BYTES = 32;
const FEW_LINES = 2;

/**
 * What a syslog daemon sends, caught from the wire or written with a forwarding template (RSYSLOG_ForwardFormat): messages
 * without line ends between them. Each begins a line of its own.
 */
export const syslogStream: Container = {
  name: 'syslog-stream',
  description: 'syslog messages without line ends, as they are forwarded',
  matches(head) {
    const text = Buffer.from(head.subarray(0, SHOWN_HEAD)).toString('latin1');
    if (!/^<\d{1,3}>/.test(text)) return false;
    const starts = text.match(START)?.length ?? 0;
    const lines = text.split('\n').length;
    return starts > FEW_LINES && starts > FEW_LINES * lines;
  },
  decoder() {
    let pending = '';
    let isFirst = true;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const text = pending + chunk.toString('latin1');
        const end = Math.max(0, text.length - START_BYTES);
        const cut = Math.max(0, text.lastIndexOf('<', end));
        const ready = cut > 0 || end < START_BYTES ? cut : end;
        pending = text.slice(ready);
        done(null, Buffer.from(split(text.slice(0, ready)), 'latin1'));
      },
      flush(done) {
        done(null, Buffer.from(`${split(pending)}\n`, 'latin1'));
      },
    });

    function split(text: string): string {
      return text.replaceAll(START, (start) => {
        const separator = isFirst ? '' : '\n';
        isFirst = false;
        return separator + start;
      });
    }
  },
};
