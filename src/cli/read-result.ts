import { UsageError } from '../base/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { InputSummary, Result } from '../model/result.ts';
import type { Source } from './open-input.ts';

const DOCUMENT = /^\uFEFF?\s*\{\s*"schemaVersion"\s*:/;
const RECORDS = /^\uFEFF?\s*\{"type":"(?:input|finding|summary)",/;

/** Whether the first bytes are those of what `check --format json` or `jsonl` writes. */
export function isResult(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head.subarray(0, 256));
  return DOCUMENT.test(text) || RECORDS.test(text);
}

/** Reads a result that `check` wrote. Throws a UsageError for one that is cut, or of another version. */
export async function readResult(source: Source, path: string): Promise<Result> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.open())
    chunks.push(chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk)));
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const { resultSchema } = await import('../model/result.ts');
  const parsed = resultSchema.safeParse(RECORDS.test(text) ? await resultOfRecords(text, path) : json(text, path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw notAResult(path, `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
}

/** The parts of a JSONL result put together again. */
async function resultOfRecords(text: string, path: string): Promise<unknown> {
  const { checkRecordSchema } = await import('../report/jsonl-schema.ts');
  const inputs: InputSummary[] = [];
  const findings: Finding[] = [];
  let summary: object | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { data, error } = checkRecordSchema.safeParse(json(line, path));
    if (data === undefined) throw notAResult(path, error?.issues[0]?.message ?? 'not valid');
    switch (data.type) {
      case 'input': {
        const { type: _, index, ...input } = data;
        inputs[index] = input;
        break;
      }
      case 'finding': {
        const { type: _, ...finding } = data;
        findings.push(finding);
        break;
      }
      default: {
        const { type: _, ...rest } = data;
        summary = rest;
      }
    }
  }
  if (summary === undefined) throw notAResult(path, 'its last record, the summary, is missing');
  return { ...summary, inputs, findings };
}

function json(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notAResult(path, error instanceof Error ? error.message : String(error));
  }
}

function notAResult(path: string, reason: string): UsageError {
  return new UsageError(
    `${path} looks like a result, but is none of this version: ${reason}`,
    'Make it anew with faultlog check --format json.',
  );
}
