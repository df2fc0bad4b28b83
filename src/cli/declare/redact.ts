import type { RedactOptions } from '../command-options.ts';
import { addNotes } from './notes.ts';
import { addCommon, type DeclareCommand } from './shared-options.ts';

export const declareRedact: DeclareCommand = (program, session, outcome) => {
  const redact = program
    .command('redact')
    .description('write a capture that can be sent to strangers: addresses and names replaced, findings the same')
    .argument('<file>', 'trace or kernel log, packed ones too; - reads standard input')
    .option('-o, --output <file>', 'where to write it (default: standard output, which is not compared)')
    .option('--key <file>', 'read the replacements from this file, and write them to it; keep it to yourself')
    .option('--undo', 'put back what the key of --key stands for');
  addNotes(addCommon(redact), {
    sections: [
      {
        title: 'What is replaced',
        rows: [
          ['addresses', 'by others of the same place in 2 MiB, also in descriptors; equal ones stay equal'],
          ['names', 'of tasks, hosts, users, files, networks, serials: all words that are not a kernel’s own'],
          ['kept', 'times, CPUs, PIDs, devices and buses, PASIDs, PRGIs, codes, line numbers'],
        ],
      },
    ],
    examples: [
      'faultlog redact trace.txt -o shared.txt',
      'faultlog redact --key private.json guest.txt -o shared-guest.txt',
      'faultlog redact --undo --key private.json shared.txt -o trace.txt',
    ],
  }).action(async (file: string, options: RedactOptions) => {
    const { runRedact } = await import('../commands/redact.ts');
    outcome.code = await runRedact(session, file, options);
  });
};
