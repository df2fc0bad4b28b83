import type { ReportOptions } from '../command-options.ts';
import { addNotes } from './notes.ts';
import { addLimitOptions, addReadingOptions, addShownOptions, type DeclareCommand, FILES } from './shared-options.ts';

export const declareReport: DeclareCommand = (program, session, outcome) => {
  const command = program
    .command('report')
    .description('write an HTML page for a browser: verdict, findings with drawings, timeline, latencies, coverage')
    .argument('[file...]', FILES);
  addNotes(addShownOptions(addLimitOptions(addReadingOptions(command))), {
    examples: [
      'faultlog report trace.txt -o report.html',
      'faultlog report --baseline known.json -o report.html host=host.txt guest:vm3=guest.txt',
      'ssh host cat /sys/kernel/tracing/trace | faultlog report - >report.html',
    ],
  })
    .option('-o, --output <file>', 'where the page goes; - is standard output (default: standard output)')
    .option('--baseline <file>', 'known findings, which are left out')
    .option('--no-ladder', 'draw no sequence diagrams, for which the inputs are read twice')
    .action(async (files: string[], options: ReportOptions) => {
      const { runReport } = await import('../commands/report.ts');
      outcome.code = await runReport(session, files, options);
    });
};
