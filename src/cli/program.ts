import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, type CommanderError, Option } from 'commander';
import { UsageError } from '../base/errors.ts';
import { VERSION } from '../base/version.ts';
import {
  CHECK_FORMATS,
  type CheckOptions,
  DOCS_FORMATS,
  type DocsOptions,
  type EventsOptions,
  type FormatsOptions,
  type GroupsOptions,
  LADDER_TIMES,
  type LadderOptions,
  ROW_FORMATS,
  type RulesOptions,
  type StatsOptions,
} from './command-options.ts';
import { EXIT, FAIL_ON } from './exit-code.ts';
import { groupOption } from './group-name.ts';
import {
  choiceOption,
  countOption,
  didYouMean,
  durationOption,
  listOption,
  offsetOption,
  pasidOption,
  secondsOption,
} from './option-values.ts';
import { formatOption } from './output-target.ts';
import type { Session } from './session.ts';

/** The narrowest drawing (src/format/ladder.ts, which is not loaded for this). */
const MIN_LADDER_WIDTH = 60;

/** What a run of the program came to; set by the command that ran. */
export interface Outcome {
  code: number;
}

const FILES = 'traces and kernel logs; - reads standard input; guest=FILE labels an input with its lane';

/**
 * The table of all commands and options: parsing, help and completion come from it. Each command's code is
 * loaded when it runs.
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
    .addHelpText(
      'after',
      '\nExamples:\n  faultlog check trace.txt\n  dmesg | faultlog check -\n  faultlog check host=host.txt guest:vm3=guest.txt --format json=result.json --format text\n  faultlog explain FL201',
    )
    .argument('[command]')
    .allowExcessArguments()
    .action((word: string | undefined) => {
      throw unknownCommand(program, session, word);
    });

  const check = program
    .command('check')
    .description('analyse captures, print findings and set the exit code')
    .argument('[file...]', FILES);
  addLimitOptions(addReadingOptions(check));
  addShownOptions(check)
    .addOption(formatFlag(CHECK_FORMATS))
    .addOption(
      new Option('--fail-on <severity>', 'findings from which on the exit code is 1')
        .argParser(choiceOption('--fail-on', FAIL_ON))
        .default('error'),
    )
    .option('--fail-on-possible', 'let findings of certainty possible fail the run too')
    .option('--exit-zero', 'exit with 0 where findings or coverage would give 1 or 3')
    .option('--strict-coverage', 'exit with 3 if events were lost or too many lines unread')
    .addOption(
      new Option('--max-unread <count>', 'unread lines that --strict-coverage lets pass')
        .argParser(countOption('--max-unread', 0))
        .default(0),
    )
    .option('--error-on-empty', 'exit with 2 if an input has no IOMMU event')
    .option('--ladder', 'draw the worst errors also where the inputs are large and have to be read again')
    .option('--no-ladder', 'draw no sequence diagrams')
    .addHelpText('after', CHECK_HELP)
    .action(async (files: string[], options: CheckOptions) => {
      const { runCheck } = await import('./commands/check.ts');
      outcome.code = await runCheck(session, files, options);
    });

  const events = program.command('events').description('print the normalised events').argument('[file...]', FILES);
  addShownOptions(addReadingOptions(events))
    .addOption(formatFlag(ROW_FORMATS))
    .addHelpText(
      'after',
      '\nExamples:\n  faultlog events --format jsonl trace.txt | jq .kind\n  faultlog events --device 0000:01:00.0 --from 15.1 trace.txt',
    )
    .action(async (files: string[], options: EventsOptions) => {
      const { runEvents } = await import('./commands/events.ts');
      outcome.code = await runEvents(session, files, options);
    });

  const groups = program
    .command('groups')
    .description('print one row for each page-request-group instance')
    .argument('[file...]', FILES);
  addShownOptions(addLimitOptions(addReadingOptions(groups)))
    .addOption(formatFlag(ROW_FORMATS))
    .addHelpText(
      'after',
      '\nExamples:\n  faultlog groups trace.txt\n  faultlog groups --format csv=groups.csv trace.txt',
    )
    .action(async (files: string[], options: GroupsOptions) => {
      const { runGroups } = await import('./commands/groups.ts');
      outcome.code = await runGroups(session, files, options);
    });

  const ladder = program
    .command('ladder')
    .description('draw the sequence diagram of a finding, a page-request group or a range')
    .argument('[file...]', FILES)
    .addOption(
      new Option('--finding <number>', 'draw this finding, counted from 1 in the order of check')
        .argParser(countOption('--finding', 1))
        .conflicts(['group', 'device', 'pasid', 'from', 'to']),
    )
    .addOption(
      new Option('--group <name>', 'draw this group, DEV/PASID/PRGI, or one instance of it, DEV/PASID/PRGI#n')
        .argParser(groupOption)
        .conflicts(['device', 'pasid', 'from', 'to']),
    )
    .addOption(
      new Option('--width <columns>', "columns, 60 at least (default: the terminal's, else 100)").argParser(
        countOption('--width', MIN_LADDER_WIDTH),
      ),
    )
    .option('--lines', 'print the numbers of the lines that each row rests on')
    .addOption(
      new Option('--times <kind>', `print times: ${LADDER_TIMES.join(', ')}`)
        .argParser(choiceOption('--times', LADDER_TIMES))
        .default('none'),
    )
    .option('--unicode', 'draw with box characters')
    .addOption(new Option('--ascii', 'draw with ASCII characters (default)').conflicts(['unicode']));
  addShownOptions(addLimitOptions(addReadingOptions(ladder)))
    .addHelpText(
      'after',
      '\nExamples:\n  faultlog ladder --finding 1 --lines trace.txt\n  faultlog ladder --group 0000:01:00.0/1/3#2 --times delta trace.txt\n  faultlog ladder --from 15.08 --to 15.12 --pasid 1 trace.txt >scenario.ladder\n\nThe notation: faultlog formats ladder',
    )
    .action(async (files: string[], options: LadderOptions) => {
      const { runLadder } = await import('./commands/ladder.ts');
      outcome.code = await runLadder(session, files, options);
    });

  const stats = program
    .command('stats')
    .description('print rates, depth in flight and latencies for each device and PASID, and the slowest answers')
    .argument('[file...]', FILES)
    .option('--clocks', "print only how the lanes' clocks stand to each other");
  addShownOptions(addLimitOptions(addReadingOptions(stats)))
    .addOption(formatFlag(['text', 'json']))
    .addHelpText(
      'after',
      '\nExamples:\n  faultlog stats trace.txt\n  faultlog stats --pasid 1 --format json trace.txt | jq .latency\n  faultlog stats --clocks host=host.txt guest=guest.txt',
    )
    .action(async (files: string[], options: StatsOptions) => {
      const { runStats } = await import('./commands/stats.ts');
      outcome.code = await runStats(session, files, options);
    });

  addCommon(program.command('explain'))
    .description("print a rule's documentation")
    .argument('<rule>', 'id or name of a rule, like FL201 or crossed-response')
    .addOption(formatFlag(DOCS_FORMATS))
    .action(async (rule: string, options: DocsOptions) => {
      const { runExplain } = await import('./commands/rules.ts');
      outcome.code = await runExplain(session, rule, options);
    });

  addCommon(program.command('rules'))
    .description('list all rules')
    .addOption(
      new Option('--severity <severity>', 'only rules of this severity').argParser(
        choiceOption('--severity', ['error', 'warning', 'note']),
      ),
    )
    .addOption(formatFlag(DOCS_FORMATS))
    .action(async (options: RulesOptions) => {
      const { runRules } = await import('./commands/rules.ts');
      outcome.code = await runRules(session, options);
    });

  addReadingOptions(program.command('formats'))
    .description('list what is read: containers, framings and dialects')
    .argument('[name]', 'only the one of this name')
    .option('--probe <file>', 'say what a file looks like, and why')
    .addOption(formatFlag(['text', 'json']))
    .action(async (name: string | undefined, options: FormatsOptions) => {
      const { runFormats } = await import('./commands/formats.ts');
      outcome.code = await runFormats(session, name, options);
    });

  program
    .command('completion')
    .description('print the completion script of a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell: string) => {
      const { runCompletion } = await import('./commands/completion.ts');
      outcome.code = await runCompletion(session, shell, program);
    });
  return program;
}

/** What commander refuses, as a message and a hint. undefined: it has printed help or the version, nothing is wrong. */
export function usageErrorOf(error: CommanderError, args: readonly string[]): UsageError | undefined {
  if (error.exitCode === 0) return undefined;
  // Commander says no more of `help nosuch`.
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
  if (word === '-' || existsSync(resolve(session.cwd, word))) {
    return new UsageError(`'${word}' is no command, but a file`, `Analyse it with faultlog check ${word}`);
  }
  return new UsageError(`unknown command '${word}'`, `${didYouMean(word, names)}faultlog --help lists all commands.`);
}

function addCommon(command: Command): Command {
  return command
    .option('--color', 'colour the output')
    .option('--no-color', 'do not colour the output')
    .option('-q, --quiet', 'print findings only: no coverage, notes or progress')
    .option('-v, --verbose', 'print everything: all findings and all of their evidence')
    .option('--no-progress', 'show no progress line');
}

function addReadingOptions(command: Command): Command {
  return addCommon(command)
    .option('--framing <name>', 'take all lines for this framing (faultlog formats)')
    .option('--dialect <name>', 'read events with this dialect only')
    .addOption(
      new Option('--merge-window <duration>', 'how far out of order lines may stand (default: 1s)').argParser(
        durationOption('--merge-window'),
      ),
    )
    .option('--config <file>', 'configuration (default: the nearest faultlog.config.json)')
    .option('--no-config', 'read no configuration');
}

function addLimitOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--timeout <duration>', 'after this time a due answer counts as missing (default: 10s)').argParser(
        durationOption('--timeout'),
      ),
    )
    .addOption(
      new Option('--slow <duration>', 'latency above this is slow (default: 100ms)').argParser(
        durationOption('--slow'),
      ),
    )
    .addOption(
      new Option('--storm <count>', 'more faults a second than this are a storm (default: 1000)').argParser(
        countOption('--storm', 1),
      ),
    )
    .option('--owners <file>', 'CSV with the owners of PASIDs: requester,pasid,owner[,guestPasid]')
    .addOption(
      new Option(
        '--offset <lane=seconds>',
        "what to add to a lane's times to make them the host's, like guest=+1.25 (repeatable)",
      ).argParser(offsetOption),
    );
}

function addShownOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--device <name>', 'show only this device (repeatable); the analysis sees all').argParser(listOption),
    )
    .addOption(new Option('--pasid <pasid>', 'show only this PASID (repeatable)').argParser(pasidOption))
    .addOption(
      new Option('--from <seconds>', "show only what is not before this time of the capture's clock").argParser(
        secondsOption('--from'),
      ),
    )
    .addOption(
      new Option('--to <seconds>', "show only what is not after this time of the capture's clock").argParser(
        secondsOption('--to'),
      ),
    );
}

function formatFlag<Format extends string>(formats: readonly Format[]): Option {
  const text = `${formats.join(', ')}; with =PATH into a file (repeatable)`;
  return new Option('-f, --format <name[=path]>', text).argParser(formatOption(formats));
}

const CHECK_HELP = `
Exit codes:
  ${EXIT.clean}    analysed, no finding at or above --fail-on
  ${EXIT.findings}    findings at or above --fail-on
  ${EXIT.failed}    could not analyse: usage, configuration, an unreadable input
  ${EXIT.inconclusive}    with --strict-coverage: events were lost or lines not understood
  ${EXIT.interrupted}, ${EXIT.readerGone}  interrupted; the reader of the output went away

Examples:
  faultlog check trace.txt
  faultlog check --timeout 2s --format json=result.json --format text trace.txt dmesg.txt
  ssh host cat /sys/kernel/tracing/trace | faultlog check -
  faultlog check host=host.txt guest:vm3=guest.txt ./odd=name.txt`;
