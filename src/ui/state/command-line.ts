import { LINE_COMMANDS } from '../keys.ts';
import type { World } from '../world.ts';
import { contextOf } from './context.ts';
import { goToLine, goToTime } from './go-to.ts';
import { AT_TOP } from './place.ts';
import type { Reduction } from './reduce.ts';
import { pushPlace, type UiState } from './state.ts';

/** Runs what was typed behind `:`. */
export function runLine(state: UiState, text: string, world: World): Reduction {
  const [, name = '', argument = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(text) ?? [];
  if (name === '') return { state, effects: [] };
  if (/^\d+$/.test(name) && argument === '') return only(goToLine(state, name, contextOf(state, world)));
  const known = LINE_COMMANDS.filter((command) => command.name.startsWith(name));
  const command = known.find((each) => each.name === name) ?? (known.length === 1 ? known[0] : undefined);
  if (command === undefined) {
    const all = LINE_COMMANDS.map((each) => `:${each.name}`).join(' ');
    return problem(state, `unknown command '${name}': there are ${all}`);
  }
  if (command.argument !== '' && argument === '') return problem(state, `:${command.name} needs ${command.argument}`);
  switch (command.name) {
    case 'goto':
      return only(goToLine(state, argument, contextOf(state, world)));
    case 'time':
      return only(goToTime(state, argument, contextOf(state, world)));
    case 'save':
      return { state, effects: [{ kind: 'save', path: argument }] };
    case 'explain': {
      const rule = world.rule(argument);
      if (rule === undefined) return problem(state, `there is no rule '${argument}'`);
      return { state: pushPlace(state, { view: 'help', cursor: AT_TOP, rule: rule.id }), effects: [] };
    }
    case 'quit':
      return { state, effects: [{ kind: 'quit' }] };
    default:
      return command.name satisfies never;
  }
}

function only(state: UiState): Reduction {
  return { state, effects: [] };
}

function problem(state: UiState, text: string): Reduction {
  return { state: { ...state, message: { text, isProblem: true } }, effects: [] };
}
