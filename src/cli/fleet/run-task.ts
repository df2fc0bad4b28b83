import { Writable } from 'node:stream';
import { type AnalysisOptions, analyse } from '../../analysis/analyse.ts';
import type { Outcome } from '../../fleet/outcome.ts';
import { failedOutcome, OutcomeCollector } from '../../fleet/outcome-of.ts';
import type { FleetTask } from '../../fleet/task.ts';
import { lastRequestOf, latencyOf } from '../../replay/page-request-group.ts';
import { applyConfig } from '../apply-config.ts';
import type { LimitOptions } from '../command-options.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare } from '../setup.ts';
import { UnwritableTables } from '../unwritable-tables.ts';

/** Analyses the capture set of one task; `tables`: the folder that its tables go to. What goes wrong with it is its outcome: nothing is thrown for a bad capture. */
export async function runTask(session: Session, task: FleetTask, tables: string | undefined): Promise<Outcome> {
  try {
    return await analysed(session, task, tables);
  } catch (error) {
    if (error instanceof UnwritableTables) throw error;
    return failedOutcome(task, error instanceof Error ? error.message : String(error));
  }
}

async function analysed(outer: Session, task: FleetTask, tables: string | undefined): Promise<Outcome> {
  // Messages about a capture are part of its outcome, not of the log of a node.
  const session: Session = { ...outer, stderr: { stream: nowhere(), isTerminal: false, columns: undefined } };
  const options: LimitOptions = {
    progress: false,
    config: task.config ?? false,
    ...(task.owners !== undefined && { owners: task.owners }),
    ...(task.timeoutNs !== undefined && { timeout: task.timeoutNs }),
    ...(task.slowNs !== undefined && { slow: task.slowNs }),
    offset: Object.entries(task.offsets ?? {}).map(([lane, seconds]) => ({ lane, seconds })),
  };
  const files = task.inputs.map(({ lane, laneName, path }) => {
    return `${laneName === undefined ? lane : `${lane}:${laneName}`}=${path}`;
  });
  const setup = await prepare(session, files, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const collector = new OutcomeCollector();
  const settings: AnalysisOptions = {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: setup.read,
    onGroupEnd: (group) => {
      const latencyNs = latencyOf(group);
      const at = lastRequestOf(group) ?? group.response;
      const isAnswered = group.state === 'answered' || group.state === 'auto-answered';
      if (latencyNs === undefined || at === undefined || !isAnswered) return;
      collector.add({
        ...(group.requester.name !== '' && { device: group.requester.name }),
        ...(group.pasid !== undefined && { pasid: group.pasid }),
        prgi: group.prgi,
        instance: group.ordinal,
        latencyNs,
        input: at.source.input,
        line: at.source.line,
      });
    },
  };
  const result =
    tables === undefined
      ? await analyse(setup.inputs, setup.parsers, settings)
      : await (await import('../write-tables.ts')).writeTables(session, setup, settings, [tables], {
          host: task.host,
          capture: task.capture,
        });
  const judged = await applyConfig(session, result, setup.loaded.config, undefined, false);
  if (result.inputs.every(({ error, events }) => error !== undefined && events === 0)) {
    throw new Error(
      result.inputs.map(({ path, error = '' }) => (error.startsWith(path) ? error : `${path}: ${error}`)).join('; '),
    );
  }
  return collector.finish(task, judged.result);
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
