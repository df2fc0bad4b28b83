/** Causes of fault records (RISC-V IOMMU Architecture Specification 1.0.1, 3.2, table 11). */
const CAUSES: readonly (readonly [cause: number, reason: string, access?: string])[] = [
  [1, 'instruction-access-fault', 'x'],
  [4, 'read-address-misaligned', 'r'],
  [5, 'read-access-fault', 'r'],
  [6, 'write-address-misaligned', 'w'],
  [7, 'write-access-fault', 'w'],
  [12, 'instruction-page-fault', 'x'],
  [13, 'read-page-fault', 'r'],
  [15, 'write-page-fault', 'w'],
  [20, 'instruction-guest-page-fault', 'x'],
  [21, 'read-guest-page-fault', 'r'],
  [23, 'write-guest-page-fault', 'w'],
  [256, 'all-inbound-transactions-disallowed'],
  [257, 'ddt-entry-load-access-fault'],
  [258, 'ddt-entry-not-valid'],
  [259, 'ddt-entry-misconfigured'],
  [260, 'transaction-type-disallowed'],
  [261, 'msi-pte-load-access-fault'],
  [262, 'msi-pte-not-valid'],
  [263, 'msi-pte-misconfigured'],
  [264, 'mrif-access-fault'],
  [265, 'pdt-entry-load-access-fault'],
  [266, 'pdt-entry-not-valid'],
  [267, 'pdt-entry-misconfigured'],
  [268, 'ddt-data-corruption'],
  [269, 'pdt-data-corruption'],
  [270, 'msi-page-table-data-corruption'],
  [271, 'msi-mrif-data-corruption'],
  [272, 'internal-data-path-error'],
  [273, 'iommu-msi-write-access-fault'],
  [274, 'page-table-data-corruption'],
];

const byCause = new Map(CAUSES.map(([cause, reason, access]) => [cause, { reason, access }]));

export function riscvFaultReason(cause: number): string {
  return byCause.get(cause)?.reason ?? `cause-${cause}`;
}

/** Undefined where the cause does not depend on it. */
export function riscvAccess(cause: number): string | undefined {
  return byCause.get(cause)?.access;
}
