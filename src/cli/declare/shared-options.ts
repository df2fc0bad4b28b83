import { type Command, Option } from 'commander';
import {
  bootOption,
  countOption,
  durationOption,
  listOption,
  offsetOption,
  pasidOption,
  secondsOption,
} from '../option-values.ts';
import { formatOption } from '../output-target.ts';
import type { Session } from '../session.ts';

/** What a run of the program came to; set by the command that ran. */
export interface Outcome {
  code: number;
}

/** Adds one command, or two that belong together, to the table. The command's code is loaded when it runs. */
export type DeclareCommand = (program: Command, session: Session, outcome: Outcome) => void;

export const FILES = 'traces and kernel logs; - reads standard input; guest=FILE labels an input with its lane';

export function addCommon(command: Command): Command {
  return command
    .option('--color', 'colour the output')
    .option('--no-color', 'do not colour the output')
    .option('-q, --quiet', 'print findings only: no coverage, notes or progress')
    .option('-v, --verbose', 'print everything: all findings and all of their evidence')
    .option('--no-progress', 'show no progress line');
}

export function addReadingOptions(command: Command): Command {
  return addCommon(command)
    .option('--framing <framing>', 'take all lines for this framing (faultlog formats)')
    .option('--dialect <dialect>', 'read events with this dialect only')
    .addOption(
      new Option('--merge-window <duration>', 'how far out of order lines may stand (default: 1s)').argParser(
        durationOption('--merge-window'),
      ),
    )
    .addOption(
      new Option(
        '--boot <number>',
        'of logs that hold several boots only this one: 0 the last, -1 the one before, 1 the first',
      ).argParser(bootOption),
    )
    .addOption(
      new Option(
        '--jobs <count>',
        'threads that may read a large file (default: one a core, one in all on two cores below 512 MB)',
      ).argParser(countOption('--jobs', 1)),
    )
    .option('--config <file>', 'configuration (default: the nearest faultlog.config.json)')
    .option('--no-config', 'read no configuration');
}

export function addFollowOption(command: Command): Command {
  return command.option('-F, --follow', 'read on as the input grows, until Ctrl-C');
}

export function addLimitOptions(command: Command): Command {
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

export function addShownOptions(command: Command): Command {
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

export function formatFlag<Format extends string>(formats: readonly Format[]): Option {
  const text = `${formats.join(', ')}; with =PATH into a file (repeatable)`;
  return new Option('-f, --format <name[=path]>', text).argParser(formatOption(formats));
}
