/** A workflow command as GitHub's runner understands a line. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const KNOWN = new Set(['error', 'warning', 'notice', 'debug', 'group', 'endgroup', 'add-mask', 'set-output', 'echo']);

/**
 * What the runner does with an output, line by line: commands at the begin of a line (`::name …::data`), or anywhere
 * in it in their old form (`##[name]data`), until `::stop-commands::TOKEN`, and again from `::TOKEN::` on.
 */
export function runCommands(output: string): { commands: WorkflowCommand[]; isStoppedAtEnd: boolean } {
  const commands: WorkflowCommand[] = [];
  let stopped: string | undefined;
  for (const line of output.split(/\r\n|\r|\n/)) {
    const trimmed = line.trimStart();
    if (stopped !== undefined) {
      if (trimmed.startsWith(`::${stopped}::`) || line.includes(`##[${stopped}]`)) stopped = undefined;
      continue;
    }
    const [, token] = /^::stop-commands::(.*)$/.exec(trimmed) ?? [];
    if (token !== undefined) {
      stopped = token;
      continue;
    }
    const command = newForm(trimmed) ?? oldForm(line);
    if (command !== undefined) commands.push(command);
  }
  return { commands, isStoppedAtEnd: stopped !== undefined };
}

function newForm(line: string): WorkflowCommand | undefined {
  const [, head, data = ''] = /^::(.*?)::(.*)$/s.exec(line) ?? [];
  if (head === undefined) return undefined;
  const [name = '', ...rest] = head.split(' ');
  if (!KNOWN.has(name)) return undefined;
  const properties = rest
    .join(' ')
    .split(',')
    .flatMap((pair) => {
      const split = pair.indexOf('=');
      return split > 0 ? [[pair.slice(0, split), unescaped(pair.slice(split + 1)).replaceAll('%2C', ',')]] : [];
    });
  return { name, properties: Object.fromEntries(properties), data: unescaped(data) };
}

function oldForm(line: string): WorkflowCommand | undefined {
  const [, head = '', data = ''] = /##\[(.*?)\](.*)$/s.exec(line) ?? [];
  const [name = ''] = head.split(' ');
  return KNOWN.has(name) ? { name, properties: {}, data } : undefined;
}

function unescaped(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%3A', ':').replaceAll('%25', '%');
}
