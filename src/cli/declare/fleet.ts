import { type Command, Option } from 'commander';
import {
  type CommonOptions,
  FLEET_ENGINES,
  FLEET_REPORT_FORMATS,
  type FleetPlanOptions,
  type FleetReportOptions,
  type FleetRunOptions,
  type FleetSubmitOptions,
} from '../command-options.ts';
import { choiceOption, countOption, durationOption, offsetOption, taskRangeOption } from '../option-values.ts';
import { addNotes } from './notes.ts';
import { addCommon, type DeclareCommand, formatFlag } from './shared-options.ts';

const PLAN = 'the plan: a task a line';
const FOLDER = 'the folder of the results';
const TABLES = 'write the tables for faultlog query too, into tables/ of the results';

export const declareFleet: DeclareCommand = (program, session, outcome) => {
  const fleet = program
    .command('fleet')
    .description('analyse the captures of many hosts: plan, run, report, on this machine or on an engine');
  addNotes(fleet, {
    examples: [
      'faultlog fleet plan captures/ -o plan.jsonl',
      'faultlog fleet run --all plan.jsonl -o results',
      'faultlog fleet report results',
    ],
  });

  const plan = addCommon(fleet.command('plan'))
    .description('find the capture sets of every host and write a task for each')
    .argument('<source...>', 'folders like HOST/trace.txt, or files')
    .option('-o, --output <file>', 'where the plan goes (default: standard output)')
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
      new Option(
        '--offset <lane=seconds>',
        "what to add to a lane's times to make them the host's (repeatable)",
      ).argParser(offsetOption),
    );
  addNotes(plan, {
    examples: [
      'faultlog fleet plan captures/ -o plan.jsonl',
      'faultlog fleet plan --timeout 2s host1.txt host2.dat -o plan.jsonl',
    ],
  });
  plan.action(async (sources: string[], options: FleetPlanOptions) => {
    const { runFleetPlan } = await import('../commands/fleet-plan.ts');
    outcome.code = await runFleetPlan(session, sources, options);
  });

  const run = addOutput(
    addCommon(fleet.command('run'))
      .description('analyse tasks; one that has its result is not run again')
      .argument('<plan>', PLAN),
  )
    .addOption(new Option('--task <number>', 'these tasks: N or N-M').argParser(taskRangeOption))
    .option('--tables', TABLES)
    .addOption(new Option('--all', 'all tasks, on the cores of this machine').conflicts(['task']))
    .addOption(
      new Option('--jobs <count>', 'processes at a time, with --all (default: one a core)').argParser(
        countOption('--jobs', 1),
      ),
    );
  addNotes(run, {
    sections: [
      {
        title: 'Exit codes',
        rows: [
          ['0', 'every result was written, whatever it says'],
          ['2', 'a result could not be written'],
        ],
      },
    ],
    examples: [
      'faultlog fleet run --task 3 plan.jsonl -o results',
      'faultlog fleet run --all --jobs 4 plan.jsonl -o results',
    ],
  });
  run.action(async (path: string, options: FleetRunOptions) => {
    const { runFleetTasks } = await import('../commands/fleet-run.ts');
    outcome.code = await runFleetTasks(session, path, options);
  });

  const report = addCommon(fleet.command('report'))
    .description('sum up the results: hosts and rules, the worst, latencies, what failed and what is missing')
    .argument('<folder>', FOLDER)
    .addOption(formatFlag(FLEET_REPORT_FORMATS));
  addNotes(report, {
    examples: [
      'faultlog fleet report results',
      'faultlog fleet report --format json=report.json --format text results',
    ],
  });
  report.action(async (folder: string, options: FleetReportOptions) => {
    const { runFleetReport } = await import('../commands/fleet-report.ts');
    outcome.code = await runFleetReport(session, folder, options);
  });

  declareEngine(fleet, session, outcome);
};

const declareEngine: DeclareCommand = (fleet, session, outcome) => {
  const submit = addOutput(
    addCommon(fleet.command('submit'))
      .description('hand a plan to an engine, and the report after it')
      .argument('<plan>', PLAN),
  )
    .addOption(
      new Option('--engine <engine>', `one of ${FLEET_ENGINES.join(', ')}`)
        .argParser(choiceOption('--engine', FLEET_ENGINES))
        .makeOptionMandatory(),
    )
    .option('--dry-run', 'print what would be submitted')
    .option('--tables', TABLES)
    .addOption(new Option('--jobs <count>', 'pods at a time (k8s)').argParser(countOption('--jobs', 1)));
  addNotes(submit, {
    examples: [
      'faultlog fleet submit --engine slurm plan.jsonl -o results',
      'faultlog fleet submit --engine k8s --dry-run plan.jsonl -o results | kubectl apply -f -',
    ],
  });
  submit.action(async (path: string, options: FleetSubmitOptions) => {
    const { runFleetSubmit } = await import('../commands/fleet-submit.ts');
    outcome.code = await runFleetSubmit(session, path, options);
  });

  const status = addCommon(fleet.command('status'))
    .description('say which tasks have a result, and what the engine says of the rest')
    .argument('<folder>', FOLDER);
  addNotes(status, { examples: ['faultlog fleet status results', 'faultlog fleet status --verbose results'] });
  status.action(async (folder: string, options: CommonOptions) => {
    const { runFleetStatus } = await import('../commands/fleet-status.ts');
    outcome.code = await runFleetStatus(session, folder, options);
  });
};

function addOutput(command: Command): Command {
  return command.requiredOption('-o, --output <folder>', FOLDER);
}
