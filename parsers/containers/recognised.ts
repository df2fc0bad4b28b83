import type { Container } from '../../src/model/parser.ts';
import { ascii, hasBytes } from './magic.ts';
import { isBinary } from './text-or-binary.ts';

/** Files that faultlog knows by their first bytes and cannot read itself, each with the way to text. */
export const recognisedContainers: readonly Container[] = [
  recognised('bzip2', 'bzip2-compressed data', ascii('BZh'), 'Decompress it: bzip2 -dc FILE | faultlog check -'),
  recognised('lz4', 'lz4-compressed data', [0x04, 0x22, 0x4d, 0x18], 'Decompress it: lz4 -dc FILE | faultlog check -'),
  recognised(
    'perf.data',
    'a binary recording of perf',
    ascii('PERFILE2'),
    'Turn it into text: perf script --ns -i FILE > trace.txt',
  ),
  recognised(
    'journal',
    'a binary journal file of systemd',
    ascii('LPKSHHRH'),
    'Turn it into text: journalctl --file FILE -k -o short-monotonic > dmesg.txt',
  ),
  recognised(
    'elf',
    'an ELF file (a program, or a crash dump)',
    [0x7f, ...ascii('ELF')],
    'Of a crash dump, give the log: makedumpfile --dump-dmesg FILE dmesg.txt',
  ),
  recognised(
    'kdump',
    'a compressed crash dump of makedumpfile',
    ascii('KDUMP'),
    'Give its log: makedumpfile --dump-dmesg FILE dmesg.txt',
  ),
  recognised('zip', 'a ZIP archive', [0x50, 0x4b, 0x03, 0x04], 'Unpack it, and give the log in it.'),
  {
    name: 'UTF-16',
    description: 'text in UTF-16',
    matches: isUtf16,
    advice: 'Convert it: iconv -f UTF-16 -t UTF-8 FILE > log.txt',
  },
];

/** Whatever else is no text. */
export const binary: Container = {
  name: 'binary',
  description: 'a binary file that faultlog does not know',
  matches: isBinary,
  advice: 'Give the text of a trace or of the kernel log; faultlog formats lists what is read.',
};

function recognised(name: string, description: string, magic: readonly number[], advice: string): Container {
  return { name, description, matches: (head) => hasBytes(head, magic), advice };
}

/** A byte order mark, or ASCII with every second byte NUL in the first 64. */
function isUtf16(head: Uint8Array): boolean {
  if (hasBytes(head, [0xff, 0xfe]) || hasBytes(head, [0xfe, 0xff])) return true;
  if (head.length < 16) return false;
  const sample = head.subarray(0, 64);
  const isText = (byte: number) => byte >= 0x20 && byte < 0x7f;
  const even = sample.filter((_, at) => at % 2 === 0);
  const odd = sample.filter((_, at) => at % 2 === 1);
  const isNul = (byte: number) => byte === 0;
  return (even.every(isNul) && odd.some(isText)) || (odd.every(isNul) && even.some(isText));
}
