import { commonStart } from '../../filter/complete.ts';
import type { World } from '../world.ts';
import type { Place } from './place.ts';
import { MAX_PROMPT, type Prompt } from './state.ts';

/** Completes the word before the cursor: what all words begin with, then, pressed again, one word after the other. */
export function completed(prompt: Prompt, place: Place, world: World, step: 1 | -1): Prompt {
  if (prompt.kind !== 'filter') return prompt;
  const { choices } = prompt;
  if (choices !== undefined) {
    const { words } = choices;
    const first = step === 1 ? 0 : words.length - 1;
    const chosen = choices.chosen < 0 ? first : (choices.chosen + step + words.length) % words.length;
    return replaced(prompt, choices.from, choices.end, words[chosen] ?? '', { words, chosen });
  }
  const before = [...prompt.text].slice(0, prompt.at).join('');
  const { from, words } = world.completion(prompt.text, before.length, place);
  if (words.length === 0) return prompt;
  const start = [...before.slice(0, from)].length;
  const [only = ''] = words;
  if (words.length === 1) return replaced(prompt, start, prompt.at, only, undefined);
  const typed = before.slice(from);
  const common = commonStart(words);
  const text = common.length > typed.length ? common : typed;
  return replaced(prompt, start, prompt.at, text, { words, chosen: -1 });
}

/** With other characters from `from` up to `end`, and the cursor behind them. */
function replaced(
  { choices: _, ...prompt }: Prompt,
  from: number,
  end: number,
  text: string,
  offered: { readonly words: readonly string[]; readonly chosen: number } | undefined,
): Prompt {
  const characters = [...prompt.text];
  characters.splice(from, end - from, ...text);
  if (characters.length > MAX_PROMPT) return prompt;
  const at = from + [...text].length;
  return {
    ...prompt,
    text: characters.join(''),
    at,
    back: 0,
    ...(offered !== undefined && { choices: { from, end: at, ...offered } }),
  };
}
