import { Readable, Writable } from 'node:stream';
import type { ParserRegistry } from '../model/parser.ts';
import { DeltaSource, ownedBuffers } from '../store/store-delta.ts';
import { StoreWriter } from '../store/store-writer.ts';
import { fillStore } from './fill-store.ts';
import type { LoadingNews, LoadingTask } from './loading-thread.ts';
import type { OutputStream, Session } from './session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare } from './setup.ts';

/** The thread's side: loads what the task names and says what came of it, to its end. Never rejects. */
export async function serveLoading(
  task: LoadingTask,
  loadParsers: () => Promise<ParserRegistry>,
  tell: (news: LoadingNews, owned: readonly ArrayBuffer[]) => void,
): Promise<void> {
  try {
    const session = silentSession(task, loadParsers);
    const setup = await prepare(session, task.files, task.options);
    const owners = await loadOwners(session, task.options, setup.loaded);
    const writer = new StoreWriter();
    const changes = new DeltaSource(writer.events, writer.groups);
    const settings = {
      limits: limitsOf(task.options, setup.loaded.config),
      offsets: offsetsOf(task.options, setup.loaded.config, setup.inputs),
      ...(owners.length > 0 && { owners }),
      read: setup.read,
    };
    await fillStore(writer, setup.inputs, setup.parsers, settings, (update) => {
      const delta = changes.take();
      tell({ delta, update }, ownedBuffers(delta));
    });
  } catch (error) {
    tell({ update: { error: error instanceof Error ? error.message : String(error) } }, []);
  }
}

/** What is to be said is said by the thread that has the terminal, which prepared the same inputs. */
function silentSession({ cwd }: LoadingTask, loadParsers: () => Promise<ParserRegistry>): Session {
  const nowhere: OutputStream = {
    stream: new Writable({ write: (_chunk, _encoding, done) => done() }),
    isTerminal: false,
    columns: undefined,
  };
  return {
    args: [],
    program: [],
    env: {},
    cwd,
    stdin: Readable.from([]),
    stdout: nowhere,
    stderr: nowhere,
    now: new Date(),
    loadParsers,
  };
}
