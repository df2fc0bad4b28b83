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
