/** A plan's tasks as the elements of an array job: element i runs the tasks from i × tasksEach on. */
export interface ArrayJob {
  readonly tasks: number;
  readonly elements: number;
  readonly tasksEach: number;
  /** How faultlog is started, word by word. */
  readonly program: readonly string[];
  readonly plan: string;
  readonly folder: string;
  /** Options of `fleet run` beside the task. */
  readonly options: readonly string[];
}

/** As few tasks an element as `mostElements` allows. */
export function arrayJob(
  tasks: number,
  mostElements: number,
  start: Pick<ArrayJob, 'program' | 'plan' | 'folder' | 'options'>,
): ArrayJob {
  const tasksEach = Math.max(1, Math.ceil(tasks / Math.max(1, mostElements)));
  return { tasks, tasksEach, elements: Math.ceil(tasks / tasksEach), ...start };
}

/** The words of a command line, quoted for a POSIX shell. */
export function shellWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** The command of the element whose number is in the shell variable `index`. */
export function elementCommand({ program, tasksEach, plan, folder, options }: ArrayJob, index: string): string {
  const range =
    tasksEach === 1 ? `"$${index}"` : `"$((${index} * ${tasksEach}))-$((${index} * ${tasksEach} + ${tasksEach - 1}))"`;
  return `${shellWords([...program, 'fleet', 'run', '--no-progress', ...options, '--task'])} ${range} ${shellWords([plan, '-o', folder])}`;
}

export function reportCommand({ program, folder }: ArrayJob): string {
  const formats = ['--format', `json=${folder}/report.json`, '--format', `text=${folder}/report.txt`];
  return shellWords([...program, 'fleet', 'report', folder, ...formats]);
}
