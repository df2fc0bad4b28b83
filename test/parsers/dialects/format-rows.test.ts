import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { registry } from '../../../parsers/registry.ts';
import { type DialectResult, SILENT } from '../../../src/model/parser.ts';
import { FORMAT_ROWS } from './format-rows/all-rows.ts';
import { type FormatRow, NOBODY } from './format-rows/format-row.ts';
import { parseLine } from './harness.ts';

/*
 * Every message of the format reference is read by one dialect, as what it is. Where the reference itself is there, each
 * format in its parts A and B must have a line here, so that neither can grow without the other.
 */

const REFERENCE = new URL('../../../../shared/spec/log-formats.md', import.meta.url);

/** Whose messages come from elsewhere: Xen, GPU drivers, probes, other programs, and what is no fault. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...['xen-vtd', 'xen-amd', 'adreno', 'kgsl', 'callbacks-suppressed', 'iommu-setup', 'kernel-start'],
  ...['kprobe', 'kprobe-queues', 'faultlog-line', 'faultlog-event'],
]);

/** Formats that the reference shortens, or of which it shows several at once; their messages are here one by one. */
const SHORTENED: ReadonlySet<string> = new Set([
  'type devtlb|iotlb ... pasid N',
  '<iommu>/<dev> seq# <n>: rid=0x%llx addr=0x%llx %c%c%c%c%c pasid=0x%llx index=0x%llx',
  'INVALID_DEVICE_REQUEST device=DEV [pasid=0x%05x, 4.18+] address=ADDR flags=0x%04x]',
  'RMP_HW_ERROR [device=DEV, ]vmg_tag=0x%04x, spa=0x%llx, flags=0x%04x]',
  'RMP_PAGE_FAULT [device=DEV, ]vmg_tag=0x%04x, gpa=0x%llx, flags_rmp=0x%04x, flags=0x%04x]',
  'PPR logged [Invalid request format (device=... ]',
  'FSR    = 0x%08x [TF R |TF W |AFF |PF R |...]',
]);

const CONVERSIONS: readonly (readonly [RegExp, string])[] = [
  [/^%#[\d.]*(?:ll|l|h)?x/, '0x[0-9a-f]+'],
  [/^%pad?(?![\w])/, '0x[0-9a-f]+'],
  [/^%p[KS]?/, '\\S+'],
  [/^%PRIx(?:16|64)/, '[0-9a-f]+'],
  [/^%[\d.]*(?:ll|l|h|z)?x/, '[0-9a-f]+'],
  [/^%[\d.]*(?:ll|l|h|z)?[du]/, '-?\\d+'],
  [/^%c/, '.'],
  [/^%s/, '.*?'],
  [/^\\t/, '\\s*'],
  [/^\.\.\./, '.*'],
  [/^DEV\b/, '[0-9a-f:.]+'],
  [/^ADDR\b/, '0x[0-9a-f]+'],
];

/** What text of a format matches. */
function patternOf(format: string): RegExp {
  let source = '';
  let rest = format;
  while (rest !== '') {
    const known = CONVERSIONS.find(([conversion]) => conversion.test(rest));
    const length = known === undefined ? 1 : (known[0].exec(rest)?.[0].length ?? 1);
    source += known === undefined ? rest.charAt(0).replace(/[.*+?^${}()|[\]\\]/, '\\$&') : known[1];
    rest = rest.slice(length);
  }
  return new RegExp(source);
}

function readings(line: string): string[] {
  return registry.dialects.flatMap((dialect) => {
    const result = parseLine(dialect, line);
    return result === undefined ? [] : [`${dialect.name}: ${kindOf(result)}`];
  });
}

function kindOf(result: Exclude<DialectResult, undefined>): string {
  if (result === SILENT) return 'silent';
  return result.kind === 'continuation' ? (result.alone?.kind ?? result.kind) : result.kind;
}

describe.each(Object.entries(Object.groupBy(FORMAT_ROWS, ({ dialect }) => dialect || 'nobody')))(
  '%s',
  (_, rows = []) => {
    it.each(rows.map((row: FormatRow) => [row.gives, row.line, row] as const))(
      'reads as %s: %s',
      (gives, line, row) => {
        expect(line).toMatch(patternOf(row.format));
        expect(readings(line)).toEqual(row.dialect === NOBODY ? [] : [`${row.dialect}: ${gives}`]);
        const needles = registry.dialects.find(({ name }) => name === row.dialect)?.needles ?? [line];
        expect(gives === 'silent' || needles.some((needle) => line.includes(needle))).toBe(true);
      },
    );
  },
);

test('every dialect has its messages here, or has them from elsewhere', () => {
  const here = new Set(FORMAT_ROWS.map(({ dialect }) => dialect));
  const others = registry.dialects.map(({ name }) => name).filter((name) => !here.has(name));
  expect(new Set(others)).toEqual(ELSEWHERE);
});

test.skipIf(!existsSync(REFERENCE))('every format of the reference has a line (skipped where there is none)', () => {
  const formats = formatsOf(readFileSync(REFERENCE, 'utf8'));
  expect(formats.length).toBeGreaterThan(150);
  const missing = formats.filter((format) => {
    const pattern = patternOf(format);
    return !FORMAT_ROWS.some(({ line }) => pattern.test(line));
  });
  expect(new Set(missing)).toEqual(SHORTENED);
});

/** Functions of the fault interface that can be probed. */
const PROBE_POINTS: readonly string[] = [
  ...['iommu_report_device_fault', 'iommu_queue_iopf', 'iommu_page_response', 'iopf_complete_group'],
  ...['iopf_group_response', 'iopf_group_dequeue', 'intel_svm_page_response', 'intel_iommu_page_response'],
  ...['arm_smmu_page_response', 'amd_iommu_page_response', 'amd_iommu_complete_ppr', '__amd_iommu_complete_ppr'],
  ...['iommu_call_iopf_notifier', 'iommu_handle_ppr_entry', 'arm_smmu_handle_evt', 'arm_smmu_handle_event'],
  ...['arm_smmu_handle_ppr', 'arm_smmu_cmdq_issue_cmd', '__arm_smmu_cmdq_issue_cmd', 'handle_bad_prq_event'],
  ...['iommu_sva_bind_device', 'iommu_sva_unbind_device', 'iommu_attach_device_pasid', 'iommu_detach_device_pasid'],
  ...['iommu_replace_device_pasid', 'iopf_queue_flush_dev', 'iopf_queue_discard_partial', 'iopf_queue_add_device'],
  ...['iopf_queue_remove_device', 'intel_svm_drain_prq', 'intel_drain_pasid_prq', 'intel_iommu_drain_pasid_prq'],
];

test.each(PROBE_POINTS)('a probe on %s is read by one dialect, whatever its name', (name) => {
  for (const line of [`p_${name}_0: (${name}+0x4/0x210)`, `x: (${name}+0x0)`, `x: (foo+0x17/0x40 <- ${name})`]) {
    expect(readings(line)).toHaveLength(1);
  }
});

test.skipIf(!existsSync(REFERENCE))('every probe point of the reference is known (skipped where there is none)', () => {
  const reference = readFileSync(REFERENCE, 'utf8');
  const table = reference.slice(reference.indexOf('| function |'), reference.indexOf('struct iommu_page_response:'));
  const known = new Set(PROBE_POINTS);
  const names = [
    ...table.matchAll(/(?<=^\| |[ ,`;])(?<!struct )_{0,2}(?:io(?:mmu|pf)|intel|amd|arm_smmu|handle)_\w+(?= |\(|,|`)/gm),
  ].map(([name]) => name);
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

/** What stands between backquotes in parts A and B and is a format or at least three words. */
function formatsOf(reference: string): readonly string[] {
  const tables = reference
    .slice(reference.indexOf('# Part A.'), reference.indexOf('# Part C.'))
    .replace(/```[\s\S]*?```/g, '');
  const quoted = [...tables.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text.replaceAll('\\|', '|'));
  return quoted.filter((text) => text.includes('%') || /[a-z]{2,} [a-z]{2,}(?: |.* )[a-z]{2,}/i.test(text));
}
