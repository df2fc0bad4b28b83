import { PassThrough, Readable } from 'node:stream';
import type { ParserRegistry } from '../../model/parser.ts';
import { rules } from '../../rules/registry.ts';
import { describeProgram } from '../docs/command-docs.ts';
import { vocabularyOf } from '../docs/vocabulary.ts';
import { buildProgram } from '../program.ts';
import { commandPage } from './command-page.ts';
import { configPage } from './config-page.ts';
import { formatsPage } from './formats-page.ts';
import { keySections } from './key-sections.ts';
import { programPage } from './program-page.ts';
import type { Edition } from './roff.ts';
import { rulesPage } from './rules-page.ts';

/** All manual pages by file name (`faultlog-check.1`), from the table of commands, the parsers, the rules and the schema. */
export function manualPages(parsers: ParserRegistry, edition: Edition): ReadonlyMap<string, string> {
  const { program, commands } = describeProgram(table(), vocabularyOf(parsers));
  const documented = commands.filter(({ name }) => name !== 'help');
  const all = [
    'faultlog(1)',
    ...documented.map(({ name }) => `faultlog-${name}(1)`),
    'faultlog-config(5)',
    'faultlog-formats(5)',
    'faultlog-rules(7)',
  ];
  const others = (own: string): string[] => all.filter((name) => name !== own);
  const few = ['faultlog(1)', 'faultlog-config(5)', 'faultlog-formats(5)', 'faultlog-rules(7)'];
  return new Map([
    ['faultlog.1', programPage(program, documented, edition, others('faultlog(1)'))],
    ...documented.map(
      (each) =>
        [
          `faultlog-${each.name}.1`,
          commandPage(each, edition, few, each.name === 'browse' ? keySections() : []),
        ] as const,
    ),
    ['faultlog-config.5', configPage(edition, ['faultlog(1)', 'faultlog-rules(7)'])],
    ['faultlog-formats.5', formatsPage(parsers, edition, ['faultlog(1)', 'faultlog-ladder(1)'])],
    ['faultlog-rules.7', rulesPage(rules, edition, ['faultlog(1)', 'faultlog-explain(1)'])],
  ]);
}

/** The table without a program around it: nothing of it runs. */
function table() {
  const output = { stream: new PassThrough(), isTerminal: false, columns: undefined };
  const loadParsers = (): Promise<ParserRegistry> => Promise.reject(new Error('a manual page reads nothing'));
  const session = {
    args: [],
    program: ['faultlog'],
    env: {},
    cwd: '/',
    stdin: Readable.from([]),
    stdout: output,
    stderr: output,
  };
  return buildProgram({ ...session, now: new Date(0), loadParsers }, { code: 0 });
}
