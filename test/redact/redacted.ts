import { registry } from '../../parsers/registry.ts';
import { newKey, type RedactionKey } from '../../src/redact/key.ts';
import { type Redaction, redactText } from '../../src/redact/redact-text.ts';

/** A key with a fixed secret. */
export const KEY: RedactionKey = { ...newKey(), secret: '5eed'.repeat(16) };

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function run(text: string, key: RedactionKey, direction: 'redact' | 'undo') {
  const { outcome, pieces } = redactText(once(text), registry, key, direction);
  let written = '';
  for await (const piece of pieces) written += piece;
  return { text: written, outcome };
}

export function redacted(text: string, key = KEY): Promise<{ readonly text: string; readonly outcome: Redaction }> {
  return run(text, key, 'redact');
}

export async function undone(text: string, key: RedactionKey): Promise<string> {
  return (await run(text, key, 'undo')).text;
}
