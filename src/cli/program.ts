import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, type CommanderError } from 'commander';
import { UsageError } from '../base/errors.ts';
import { VERSION } from '../base/version.ts';
import { declareBrowse } from './declare/browse.ts';
import { declareCheck } from './declare/check.ts';
import { declareCompletion } from './declare/completion.ts';
import { declareDiff } from './declare/diff.ts';
import { declareEvents } from './declare/events.ts';
import { declareExport } from './declare/export.ts';
import { declareFleet } from './declare/fleet.ts';
import { declareFormats } from './declare/formats.ts';
import { declareGroups } from './declare/groups.ts';
import { declareLadder } from './declare/ladder.ts';
import { addNotes } from './declare/notes.ts';
import { declareQuery } from './declare/query.ts';
import { declareRecipe } from './declare/recipe.ts';
import { declareRedact } from './declare/redact.ts';
import { declareReport } from './declare/report.ts';
import { declareRules } from './declare/rules.ts';
import type { DeclareCommand, Outcome } from './declare/shared-options.ts';
import { declareStats } from './declare/stats.ts';
import { didYouMean } from './option-values.ts';
import type { Session } from './session.ts';

/** In the order of the help. */
const COMMANDS: readonly DeclareCommand[] = [
  declareCheck,
  declareBrowse,
  declareEvents,
  declareGroups,
  declareLadder,
  declareStats,
  declareReport,
  declareExport,
  declareDiff,
  declareQuery,
  declareFleet,
  declareRules,
  declareFormats,
  declareRecipe,
  declareRedact,
  declareCompletion,
];

/**
 * The table of all commands and options: parsing, help and completion come from it. One file a command in
 * `declare/`; its code in `commands/` is loaded when it runs.
 */
export function buildProgram(session: Session, outcome: Outcome): Command {
  const program = new Command('faultlog')
    .description(
      'Analyses recorded IOMMU fault logs: which page responses were spurious, crossed or dropped, and on which lines that rests.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => session.stdout.stream.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => session.stdout.columns ?? 100,
      getOutHasColors: () => false,
    })
    .argument('[command]')
    .allowExcessArguments()
    .action(async (word: string | undefined) => {
      if (word === undefined || !session.stdout.isTerminal || !isInput(word, session)) {
        throw unknownCommand(program, session, word);
      }
      const { runBrowse } = await import('./commands/browse.ts');
      outcome.code = await runBrowse(session, program.args, { progress: true });
    });

  addNotes(program, {
    examples: [
      'faultlog check trace.txt',
      'dmesg | faultlog check -',
      'faultlog check host=host.txt guest:vm3=guest.txt --format json=result.json --format text',
      'faultlog explain FL201',
    ],
  });
  for (const declare of COMMANDS) declare(program, session, outcome);
  for (const command of program.commands) refuseExcess(command);
  return program;
}

/** Commands inherit from the program that it takes any words. */
function refuseExcess(command: Command): void {
  command.allowExcessArguments(false);
  for (const below of command.commands) refuseExcess(below);
}

/** What commander refuses, as a message and a hint. undefined: it has printed help or the version, nothing is wrong. */
export function usageErrorOf(error: CommanderError, args: readonly string[]): UsageError | undefined {
  if (error.exitCode === 0) return undefined;
  // Commander says no more of `help nosuch`, nor of a command without the one below it.
  if (error.code === 'commander.help' && !args.includes('help')) {
    const words = args.filter((word) => !word.startsWith('-')).join(' ');
    return new UsageError(`${words} is not enough: it has commands of its own`, `faultlog ${words} --help lists them.`);
  }
  if (error.code === 'commander.help') {
    return new UsageError(`there is no help on '${args.at(-1) ?? ''}'`, 'faultlog --help lists all commands.');
  }
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const meant = suggestion === undefined ? '' : `${suggestion.replace(/^\(|\)$/g, '')} `;
  return new UsageError(message, `${meant}faultlog --help lists commands, faultlog COMMAND --help their options.`);
}

function unknownCommand(program: Command, session: Session, word: string | undefined): UsageError {
  const names = program.commands.map((command) => command.name());
  if (word === undefined)
    return new UsageError('no command is named', `Start with faultlog check FILE; faultlog --help lists all commands.`);
  if (isInput(word, session)) {
    return new UsageError(`'${word}' is no command, but a file`, `Analyse it with faultlog check ${word}`);
  }
  return new UsageError(`unknown command '${word}'`, `${didYouMean(word, names)}faultlog --help lists all commands.`);
}

/** True for standard input and for a file, also behind the label of a lane. */
function isInput(word: string, { cwd }: Session): boolean {
  const path = /^(?:host|driver|vmm|guest(?::[^=/]*)?)=(.+)$/s.exec(word)?.[1] ?? word;
  return path === '-' || existsSync(resolve(cwd, path));
}
