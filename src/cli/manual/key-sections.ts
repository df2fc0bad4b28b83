import { KEY_BINDINGS, KEY_SECTIONS, LINE_COMMANDS, shownKey } from '../../ui/keys.ts';
import type { NoteSection } from '../declare/notes.ts';

/** The keys of `faultlog browse`, out of the table that handles them. */
export function keySections(): readonly NoteSection[] {
  const keys = KEY_SECTIONS.map((section) => ({
    title: `Keys: ${section}`,
    rows: KEY_BINDINGS.filter((binding) => binding.section === section).map(
      (binding) => [binding.keys.map(shownKey).join(', '), binding.help] as const,
    ),
  }));
  const lines = LINE_COMMANDS.map(({ name, argument, help }) => [`:${name} ${argument}`.trim(), help] as const);
  return [...keys, { title: 'Command line', rows: lines }];
}
