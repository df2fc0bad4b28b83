import { z } from 'zod';
import { configSchema } from '../../config/schema.ts';
import { type Edition, ManualPage } from './roff.ts';

/** The part of a JSON Schema that a page shows. */
interface Shape {
  readonly type?: unknown;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | boolean;
  readonly required?: readonly string[];
}

const shapeSchema: z.ZodType<Shape> = z.lazy(() =>
  z.object({
    type: z.exactOptional(z.unknown()),
    description: z.exactOptional(z.string()),
    enum: z.exactOptional(z.array(z.unknown())),
    const: z.exactOptional(z.unknown()),
    anyOf: z.exactOptional(z.array(shapeSchema)),
    items: z.exactOptional(shapeSchema),
    properties: z.exactOptional(z.record(z.string(), shapeSchema)),
    additionalProperties: z.exactOptional(z.union([shapeSchema, z.boolean()])),
    required: z.exactOptional(z.array(z.string())),
  }),
);

/** `faultlog-config(5)`: every key, out of the schema that reads the configuration. */
export function configPage(edition: Edition, related: readonly string[]): string {
  const page = new ManualPage('faultlog-config', 5, edition);
  page.section('Name').nameLine('faultlog-config', 'configuration of faultlog');
  page.section('Description').text(DESCRIPTION);
  page.section('Keys');
  addKeys(page, '', shapeSchema.parse(z.toJSONSchema(configSchema, { io: 'input' })));
  return page.section('Examples').example(EXAMPLE).section('See also').text(related.join(', ')).toString();
}

function addKeys(page: ManualPage, above: string, shape: Shape): void {
  for (const [name, value] of Object.entries(shape.properties ?? {})) {
    if (name === '$schema') continue;
    const path = above === '' ? name : `${above}.${name}`;
    const needed = above !== '' && shape.required?.includes(name) === true ? 'Required.' : '';
    page.item(path, [value.description ?? '', typeOf(value), needed].filter((text) => text !== '').join(' '));
    for (const [suffix, inner] of innerShapes(value)) addKeys(page, `${path}${suffix}`, inner);
  }
}

/** The objects inside a value: itself, its items, its alternatives. */
function innerShapes(shape: Shape): readonly (readonly [string, Shape])[] {
  const alternatives = [shape, ...(shape.anyOf ?? [])];
  return alternatives.flatMap((each): (readonly [string, Shape])[] => {
    const items = each.items?.properties === undefined ? [] : [['[]', each.items] as const];
    return [...(each.properties === undefined ? [] : [['', each] as const]), ...items];
  });
}

function typeOf(shape: Shape): string {
  const name = typeName(shape);
  return name === '' ? '' : `(${name})`;
}

function typeName({ type, enum: values, const: only, anyOf, items, additionalProperties }: Shape): string {
  if (values !== undefined) return values.map(String).join(', ');
  if (only !== undefined) return String(only);
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeName))].join(' or ');
  if (items !== undefined) return `list of ${typeName(items)}`;
  if (typeof additionalProperties === 'object') return `object of ${typeName(additionalProperties)}`;
  return typeof type === 'string' ? type : '';
}

const DESCRIPTION =
  'The nearest faultlog.config.json, or member faultlog of a package.json, from the working directory upward, is read; --config names another file and --no-config none. Options override it, paths in it are relative to it. A key that is not known is an error.';

const EXAMPLE = [
  '{',
  '  "thresholds": { "timeout": "2s", "slow": "50ms" },',
  '  "severity": { "FL306": "note", "FL403": "off" },',
  '  "ignore": [{ "rule": "FL401", "device": "0000:01:00.0", "reason": "provoked by the test", "expires": "2027-01-31" }],',
  '  "lanes": { "vm*.txt": "guest" }',
  '}',
];
