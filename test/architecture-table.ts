/**
 * The import table: what may import what. Everything not listed is forbidden. An area is a folder below `src/`
 * or `parsers/`, or a file at their top.
 */
export interface AreaRule {
  /** Areas whose files this area imports; its own is included unless `isolated`. */
  readonly areas: readonly string[];
  /** Packages and Node modules. */
  readonly packages: readonly string[];
  /** May touch files, the environment, `process`, the console and exit codes. */
  readonly touchesWorld?: true;
  /** Files of this area do not import each other. */
  readonly isIsolated?: true;
  /** Passes on what others define: the face of the library. */
  readonly isFace?: true;
}

const FLOOR = ['src/base', 'src/model'] as const;

export const IMPORT_TABLE: Readonly<Record<string, AreaRule>> = {
  'src/base': { areas: [], packages: [] },
  'src/model': { areas: ['src/base'], packages: ['zod', 'node:stream'] },
  'parsers/decode': { areas: FLOOR, packages: [] },
  'parsers/framing': { areas: [...FLOOR, 'parsers/decode'], packages: [] },
  'parsers/dialects': { areas: [...FLOOR, 'parsers/decode'], packages: [], isIsolated: true },
  'parsers/containers': {
    areas: [...FLOOR, 'parsers/decode'],
    packages: ['node:stream', 'node:zlib', 'papaparse', 'xz-decompress'],
  },
  'parsers/registry.ts': {
    areas: [...FLOOR, 'parsers/containers', 'parsers/decode', 'parsers/dialects', 'parsers/framing'],
    packages: [],
  },
  'src/intake': { areas: FLOOR, packages: ['split2', 'node:stream', 'node:buffer', 'node:string_decoder'] },
  'src/replay': { areas: FLOOR, packages: [] },
  'src/format': { areas: FLOOR, packages: [] },
  'src/config': { areas: FLOOR, packages: ['zod', 'papaparse'] },
  'src/rules': { areas: [...FLOOR, 'src/replay', 'src/format'], packages: [] },
  'src/analysis': {
    areas: [...FLOOR, 'src/intake', 'src/replay', 'src/rules', 'src/format'],
    packages: ['node:crypto'],
  },
  'src/filter': { areas: FLOOR, packages: [] },
  'src/store': { areas: [...FLOOR, 'src/replay', 'src/format', 'src/filter'], packages: [] },
  'src/report': {
    areas: [...FLOOR, 'src/format', 'src/fleet'],
    packages: ['zod', 'papaparse', 'fast-xml-builder', 'sarif', 'd3-scale', 'd3-shape', 'node:crypto'],
  },
  'src/export': {
    areas: [...FLOOR, 'src/format'],
    packages: ['zod', 'papaparse', 'protobufjs', 'hyparquet-writer', 'node:zlib'],
  },
  'src/ui': {
    areas: [...FLOOR, 'src/format', 'src/report', 'src/filter', 'src/store'],
    packages: ['ink', 'react', 'string-width'],
  },
  'src/recipe': { areas: [], packages: [] },
  'src/fleet': { areas: FLOOR, packages: ['zod'] },
  'src/redact': { areas: [...FLOOR, 'src/intake'], packages: ['zod', 'node:crypto'] },
  'src/cli': {
    areas: [
      ...FLOOR,
      'src/intake',
      'src/replay',
      'src/rules',
      'src/analysis',
      'src/format',
      'src/config',
      'src/filter',
      'src/store',
      'src/report',
      'src/export',
      'src/recipe',
      'src/fleet',
      'src/redact',
      'src/ui',
    ],
    packages: [
      'commander',
      'zod',
      '@duckdb/node-api',
      'node:child_process',
      'node:crypto',
      'node:fs',
      'node:os',
      'node:path',
      'node:stream',
      'node:tty',
      'node:v8',
      'node:worker_threads',
    ],
    touchesWorld: true,
  },
  'src/library': {
    areas: [...FLOOR, 'src/intake', 'src/analysis', 'src/format', 'src/cli'],
    packages: ['node:stream', 'node:url'],
  },
  'src/main.ts': {
    areas: ['src/base', 'src/cli', 'parsers/registry.ts'],
    packages: ['node:module', 'node:v8'],
    touchesWorld: true,
  },
  'src/worker.ts': {
    areas: ['src/cli', 'parsers/registry.ts'],
    packages: ['node:module', 'node:worker_threads'],
  },
  'src/index.ts': {
    areas: [...FLOOR, 'src/intake', 'src/analysis', 'src/library', 'parsers/registry.ts'],
    packages: [],
    isFace: true,
  },
};
