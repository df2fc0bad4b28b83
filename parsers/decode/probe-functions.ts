/** What a probed kernel function means (log-formats C.1). */
export type ProbeRole =
  | 'report-fault'
  | 'core-response'
  | 'driver-response'
  | 'attach-pasid'
  | 'detach-pasid'
  | 'drain'
  | 'queue-add'
  | 'queue-remove'
  | 'discard-partial'
  | 'auto-response'
  | 'fault-read'
  | 'fault-write'
  | 'handler-register'
  | 'handler-unregister'
  | 'silent';

export interface ProbedFunction {
  /** The kernel function, or the event's own name where a log prints only addresses and several functions fit. */
  readonly name: string;
  readonly role: ProbeRole;
  /** The function returns an error code in all versions; a return probe on a void function fetches what was in the register. */
  readonly returnsStatus: boolean;
}

/**
 * Kernel functions by name: drivers/iommu/{iommu,io-pgfault,iommu-sva}.c, intel/{svm,prq,pasid}.c, amd/{iommu,ppr}.c,
 * arm/arm-smmu-v3/arm-smmu-v3.c, iommufd/{eventq,fault,selftest}.c, Linux 5.3 to 7.3.
 */
const FUNCTIONS: readonly (readonly [name: string, role: ProbeRole, returns?: 'void'])[] = [
  ['iommu_report_device_fault', 'report-fault'],
  ['iommu_queue_iopf', 'silent'],
  ['iopf_group_response', 'core-response', 'void'],
  ['iommu_page_response', 'core-response'],
  ['iopf_complete_group', 'silent'],
  ['iopf_group_dequeue', 'silent'],
  ['intel_svm_page_response', 'driver-response'],
  ['intel_iommu_page_response', 'driver-response', 'void'],
  ['arm_smmu_page_response', 'driver-response', 'void'],
  ['amd_iommu_page_response', 'driver-response', 'void'],
  ['amd_iommu_complete_ppr', 'driver-response'],
  ['__amd_iommu_complete_ppr', 'driver-response'],
  ['mock_domain_page_response', 'driver-response', 'void'],
  ['iommu_attach_device_pasid', 'attach-pasid'],
  ['iommu_replace_device_pasid', 'attach-pasid'],
  ['iommu_detach_device_pasid', 'detach-pasid'],
  ['iommu_sva_bind_device', 'attach-pasid'],
  ['iommu_sva_unbind_device', 'detach-pasid'],
  ['intel_svm_drain_prq', 'drain'],
  ['intel_drain_pasid_prq', 'drain'],
  ['intel_iommu_drain_pasid_prq', 'drain'],
  ['iopf_queue_add_device', 'queue-add'],
  ['iopf_queue_remove_device', 'queue-remove'],
  ['iopf_queue_discard_partial', 'discard-partial'],
  ['iopf_queue_flush_dev', 'silent'],
  ['iommufd_auto_response_faults', 'auto-response'],
  ['iommufd_fault_destroy', 'silent'],
  ['iommufd_fault_fops_read', 'fault-read'],
  ['iommufd_fault_fops_write', 'fault-write'],
  ['iommu_register_device_fault_handler', 'handler-register'],
  ['iommu_unregister_device_fault_handler', 'handler-unregister'],
  ['intel_pasid_tear_down_entry', 'silent'],
  ['intel_mm_release', 'silent'],
  ['dmar_fault', 'silent'],
  ['prq_event_thread', 'silent'],
  ['handle_bad_prq_event', 'silent'],
  ['report_iommu_fault', 'silent'],
  ['amd_iommu_int_thread', 'silent'],
  ['arm_smmu_evtq_thread', 'silent'],
  ['arm_smmu_priq_thread', 'silent'],
  ['viommu_fault_handler', 'silent'],
];

/** Names that recordings give to these probes, for logs that print only addresses. */
const EVENT_NAMES: readonly (readonly [eventName: string, functionName: string])[] = [
  ['report_fault', 'iommu_report_device_fault'],
  ['report_device_fault', 'iommu_report_device_fault'],
  ['group_response', 'iopf_group_response'],
  ['respond', 'iommu_page_response'],
  ['mock_page_response', 'mock_domain_page_response'],
  ['complete_ppr', 'amd_iommu_complete_ppr'],
  ['attach_pasid', 'iommu_attach_device_pasid'],
  ['detach_pasid', 'iommu_detach_device_pasid'],
  ['sva_bind', 'iommu_sva_bind_device'],
  ['sva_unbind', 'iommu_sva_unbind_device'],
  ['queue_add_device', 'iopf_queue_add_device'],
  ['queue_remove_device', 'iopf_queue_remove_device'],
  ['queue_discard_partial', 'iopf_queue_discard_partial'],
  ['queue_flush_dev', 'iopf_queue_flush_dev'],
  ['iommufd_auto_response', 'iommufd_auto_response_faults'],
  ['iommufd_fault_read', 'iommufd_fault_fops_read'],
  ['iommufd_fault_write', 'iommufd_fault_fops_write'],
  ['register_device_fault_handler', 'iommu_register_device_fault_handler'],
  ['unregister_device_fault_handler', 'iommu_unregister_device_fault_handler'],
  ['tear_down_entry', 'intel_pasid_tear_down_entry'],
  ['mm_release', 'intel_mm_release'],
];

/** Names under which any of several functions can have been probed. */
const AMBIGUOUS: readonly ProbedFunction[] = [
  { name: 'page_response', role: 'driver-response', returnsStatus: false },
  { name: 'drain_prq', role: 'drain', returnsStatus: false },
];

const byFunction = new Map(
  FUNCTIONS.map(([name, role, returns]): [string, ProbedFunction] => [
    name,
    { name, role, returnsStatus: returns !== 'void' },
  ]),
);
const byEvent = new Map(AMBIGUOUS.map((probed): [string, ProbedFunction] => [probed.name, probed]));
for (const [eventName, functionName] of EVENT_NAMES) {
  const probed = byFunction.get(functionName);
  if (probed !== undefined) byEvent.set(eventName, probed);
}

/** Functions by the length of their name, so that a symbol inside a line is found without cutting it out. */
const byLength: ProbedFunction[][] = [];
for (const probed of byFunction.values()) {
  const length = probed.name.length;
  while (byLength.length <= length) byLength.push([]);
  byLength[length]?.push(probed);
}

/** Functions that carry a page request, or the answer to one. */
export const MESSAGE_FUNCTIONS: readonly ProbedFunction[] = [...byFunction.values(), ...AMBIGUOUS].filter(({ role }) =>
  ['report-fault', 'core-response', 'driver-response'].includes(role),
);

/** The function whose name stands in [from, end) of `text`. */
export function functionAt(text: string, from: number, end: number): ProbedFunction | undefined {
  const candidates = byLength[end - from];
  if (candidates === undefined) return undefined;
  for (const probed of candidates) if (text.startsWith(probed.name, from)) return probed;
  return undefined;
}

/** Exactly a kernel function's name, as a configured mapping gives it. */
export function functionOfName(name: string): ProbedFunction | undefined {
  return byFunction.get(name);
}

const PREFIX = /^[pr]_/;
const SUFFIX = /(?:_(?:ret|exit|return|entry|enter)|__return)?(?:_\d+)?$/;

/** Prefixes, suffixes and the numbers that perf adds to a second probe of a function are not part of the name. */
export function functionOfEvent(eventName: string): ProbedFunction | undefined {
  const bare = eventName.replace(PREFIX, '').replace(SUFFIX, '');
  return byFunction.get(eventName) ?? byFunction.get(bare) ?? byEvent.get(eventName) ?? byEvent.get(bare);
}
