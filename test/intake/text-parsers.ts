import { registry } from '../../parsers/registry.ts';
import type { ParserRegistry } from '../../src/model/parser.ts';

/** The parsers without their ways to read lines from bytes: they judge what those give. */
export const textParsers: ParserRegistry = {
  ...registry,
  framings: registry.framings.map(({ prefixScanner: _, ...framing }) => framing),
  dialects: registry.dialects.map(({ rows: _, ...dialect }) => dialect),
};
