/** What a line of kernel text looks like in whatever people keep or send it; `n` numbers the lines of a record from 0. */
export type Wrap = (text: string, n: number) => string;

const seconds = (n: number) => `13.04785${n}`;
const stamp = (n: number) => `[   ${seconds(n)}]`;
/** One second more a line is too much for the parts of a message. */
const fraction = (n: number) => `04825${n}`;

/** Prefixes of tools and daemons. */
export const PREFIXES: Readonly<Record<string, Wrap>> = {
  dmesg: (text, n) => `${stamp(n)} ${text}`,
  'dmesg -T': (text) => `[Mon Nov 23 05:20:40 2026] ${text}`,
  'dmesg -T, in another language': (text) => `[ma mrt 23 05:20:40 2026] ${text}`,
  'dmesg --time-format=iso': (text, n) => `2026-11-23T05:20:40,${fraction(n)}+01:00 ${text}`,
  'dmesg -x': (text, n) => `kern  :err   : ${stamp(n)} ${text}`,
  'dmesg -x -T': (text) => `kern  :err   : [Mon Nov 23 05:20:40 2026] ${text}`,
  'dmesg -r': (text, n) => `<3>${stamp(n)} ${text}`,
  'dmesg -d': (text, n) => `[   ${seconds(n)} <    0.000001>] ${text}`,
  'dmesg -e': (text) => `[  +0.000001] ${text}`,
  'dmesg of MediaTek': (text, n) => `${stamp(n)} (1)[2345:kworker/1:1]${text}`,
  'dmesg of Allwinner': (text, n) => `${stamp(n)} [pid:134,cpu0,irq/13-arm-smmu]${text}`,
  'dmesg of Samsung': (text, n) => `${stamp(n)} [4:     libksud.so: 8487] ${text}`,
  'dmesg, thread': (text, n) => `${stamp(n)}[  T803] ${text}`,
  'dmesg, CPU': (text, n) => `${stamp(n)}[    C3] ${text}`,
  '/dev/kmsg': (text, n) => `3,49${n},1304785${n},-;${text.replaceAll('\t', '\\x09')}`,
  '/dev/kmsg, caller': (text, n) => `3,49${n},1304785${n},-,caller=T803;${text.replaceAll('\t', '\\x09')}`,
  'RFC 3164': (text) => `Nov 23 05:20:40 host kernel: ${text}`,
  "RFC 3164 with the kernel's time": (text, n) => `Nov 23 05:20:40 host kernel: ${stamp(n)} ${text}`,
  'RFC 3164 with PRI': (text, n) => `<3>Nov 23 05:20:40 host kernel: ${stamp(n)} ${text}`,
  'RFC 3164 without host': (text) => `Nov 23 05:20:40 kernel: ${text}`,
  'RFC 3164 with facility': (text) => `Nov 23 05:20:40 host kern.err kernel: ${text}`,
  'RFC 5424': (text, n) => `<3>1 2026-11-23T05:20:40.${fraction(n)}+00:00 host kernel - - - ${text}`,
  'RFC 5424 with data': (text, n) =>
    `<3>1 2026-11-23T05:20:40.${fraction(n)}Z host kernel - - [origin ip="192.0.2.1"] ${stamp(n)} ${text}`,
  'journalctl -o short-precise': (text, n) => `Nov 23 05:20:40.${fraction(n)} host kernel: ${text}`,
  'journalctl -o short-iso': (text) => `2026-11-23T05:20:40+0100 host kernel: ${text}`,
  'journalctl -o short-iso-precise': (text, n) => `2026-11-23T05:20:40.${fraction(n)}+01:00 host kernel: ${text}`,
  'journalctl -o short-monotonic': (text, n) => `${stamp(n)} host kernel: ${text}`,
  'journalctl -o short-unix': (text, n) => `1795413692.${fraction(n)} host kernel: ${text}`,
  'journalctl -o short-full': (text) => `Mon 2026-11-23 05:20:40 CET host kernel: ${text}`,
  'journalctl -o with-unit': (text, n) => `Mon 2026-11-23 05:20:40.${fraction(n)} UTC host kernel: ${text}`,
  'journalctl --no-hostname': (text) => `Nov 23 05:20:40 kernel: ${text}`,
  'journal without a time': (text) => `kernel: ${text}`,
  'journal without a time, with a host': (text) => `host kernel: ${text}`,
  'ChromeOS messages': (text, n) => `2026-11-23T05:20:40.${fraction(n)}Z ERR kernel: ${stamp(n)} ${text}`,
  'macOS-like kernel[0]': (text) => `Nov 23 05:20:40 host kernel[0]: ${text}`,
  'logcat threadtime': (text) => `11-23 05:20:40.155     0     0 E         : ${text}`,
  'logcat threadtime, kernel': (text) => `11-23 05:20:40.155     0     0 E kernel  : ${text}`,
  'logcat time': (text, n) => `11-23 05:20:40.155 E/kernel  (    0): ${stamp(n)} ${text}`,
  'behind a prompt': (text, n) => (n === 0 ? `host login: ${stamp(n)} ${text}` : `${stamp(n)} ${text}`),
  'a guest on the console of Xen': (text, n) => `(d1) ${stamp(n)} ${text}`,
};

/** What mail programs, web pages, terminals and editors do to lines. */
export const QUOTINGS: Readonly<Record<string, Wrap>> = {
  'quoted > ': (text) => `> ${text}`,
  'quoted twice': (text) => `> > ${text}`,
  'quoted >>': (text) => `>>${text}`,
  'quoted |': (text) => `| ${text}`,
  'quoted, indented': (text) => `>       ${text}`,
  indented: (text) => `    ${text}`,
  'indented by a tab': (text) => `\t${text}`,
  'Markdown, escaped': (text) => text.replaceAll(/[\\*_[\]<>]/g, '\\$&'),
  'Markdown, code span': (text) => `\`${text}\``,
  'Markdown, list': (text) => `* ${text}`,
  'Markdown, list of code': (text) => `- \`${text}\``,
  'Markdown, table': (text) => `| ${text} |`,
  'Markdown, bold': (text) => `**${text}**`,
  HTML: (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  'HTML, no-break blanks': (text) => text.replaceAll(' ', '\u00a0'),
  'HTML, &nbsp;': (text) => text.replaceAll('  ', '&nbsp; '),
  'HTML with a line break': (text) => `${text}<br>`,
  'typographic quotes': (text) => text.replaceAll(/"([^"]*)"/g, '\u201c$1\u201d'),
  'a zero-width space in front': (text) => `\u200b${text}`,
  'line numbers of cat -n': (text, n) => `    1${n}\t${text}`,
  'line numbers of grep -n': (text, n) => `1${n}:${text}`,
  'file and line of grep -Hn': (text, n) => `/var/log/kern.log:1${n}:${text}`,
  'file of grep -H': (text) => `kern.log:${text}`,
  'uniq -c': (text) => `      3 ${text}`,
  'a diff': (text) => `+${text}`,
  'a remark': (text) => `# ${text}`,
  'a comment in C': (text) => ` * ${text}`,
  colours: (text) => `\u001b[1m\u001b[31m${text}\u001b[0m`,
  'colours without escapes': (text) => `[0;1;31m${text}[0m`,
  CRLF: (text) => `${text}\r`,
  'blanks at the end': (text) => `${text}   `,
  'quotation marks': (text) => `"${text}"`,
};
