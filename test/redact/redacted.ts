import { registry } from '../../parsers/registry.ts';
import { unpacked } from '../../src/intake/unpack.ts';
import { newKey, type RedactionKey } from '../../src/redact/key.ts';
import { type Redaction, redactText } from '../../src/redact/redact-text.ts';

/** A key with a fixed secret. */
export const KEY: RedactionKey = { ...newKey(), secret: '5eed'.repeat(16) };

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** The text that `faultlog redact` makes of packed logs and of the forms of the journal, before it replaces anything. */
export async function unpackedText(bytes: Uint8Array): Promise<string> {
  const pieces: Uint8Array[] = [];
  async function* all(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  for await (const piece of unpacked(all(), registry.containers ?? [])) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
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
