import { kernelCode, letters, present, type Reading, requesterOf } from './bits.ts';

const LINE = /^\s*\((?:[^)]*? <- )?(?<symbol>[^ +.)]+)[^)]*\)(?<rest>.*)$/;

const RESPONSES: Record<string, 'core' | 'driver-op'> = {
  iopf_group_response: 'core',
  iommu_page_response: 'core',
  intel_svm_page_response: 'driver-op',
  intel_iommu_page_response: 'driver-op',
  mock_domain_page_response: 'driver-op',
  page_response: 'driver-op',
};
const EPOCHS: Record<string, string> = {
  iommu_attach_device_pasid: 'pasid-bound',
  iommu_detach_device_pasid: 'pasid-unbound',
  iopf_queue_remove_device: 'device-detached',
  iopf_queue_discard_partial: 'partial-discarded',
  iommufd_auto_response_faults: 'handler-unregistered',
};
const DRAINS = ['intel_svm_drain_prq', 'intel_iommu_drain_pasid_prq', 'drain_prq'];
const SILENT = ['iopf_queue_flush_dev', 'iommufd_fault_destroy', 'intel_pasid_tear_down_entry', 'intel_mm_release'];
SILENT.push('iommu_sva_bind_device', 'iommu_sva_unbind_device');

/** Names of the recordings' probes (captures, MANIFEST.md). */
const BY_EVENT: Record<string, string> = {
  report_fault: 'iommu_report_device_fault',
  group_response: 'iopf_group_response',
  page_response: 'page_response',
  respond: 'iommu_page_response',
  mock_page_response: 'mock_domain_page_response',
  attach_pasid: 'iommu_attach_device_pasid',
  detach_pasid: 'iommu_detach_device_pasid',
  drain_prq: 'drain_prq',
  queue_flush_dev: 'iopf_queue_flush_dev',
  queue_remove_device: 'iopf_queue_remove_device',
  queue_discard_partial: 'iopf_queue_discard_partial',
  sva_bind: 'iommu_sva_bind_device',
  sva_unbind: 'iommu_sva_unbind_device',
  iommufd_fault_read: 'iommufd_fault_fops_read',
  iommufd_fault_write: 'iommufd_fault_fops_write',
  iommufd_fault_destroy: 'iommufd_fault_destroy',
  iommufd_auto_response: 'iommufd_auto_response_faults',
  tear_down_entry: 'intel_pasid_tear_down_entry',
  mm_release: 'intel_mm_release',
};

/** The readable twin of `parsers/dialects/kprobe.ts`, for the probes that the captures record. */
export function readKprobe(eventName: string, payload: string): Reading {
  const line = LINE.exec(payload)?.groups;
  if (line === undefined) return 'unread';
  const symbol = line.symbol ?? '';
  const name = /^[0-9a-f]{8,16}$/.test(symbol) ? BY_EVENT[eventName.replace(/_ret$/, '')] : symbol;
  if (name === undefined) return 'unread';
  const isReturn = payload.includes(' <- ');
  const pairs = [...(line.rest ?? '').matchAll(/ (\w+)=(\S+)/g)];
  const values = Object.fromEntries(pairs.map((match): [string, string] => [match[1] ?? '', match[2] ?? '']));
  return isReturn ? onReturn(name, values) : onEntry(name, values);
}

function onEntry(name: string, values: Record<string, string>): Reading {
  const device = values.dev?.startsWith('"') ? values.dev.slice(1, -1) : undefined;
  const common = { device, requester: requesterOf(device) };
  const pasid = number(values.pasid);
  const prgi = number(values.grpid);
  if (name === 'iommu_report_device_fault') {
    const flags = number(values.flags) ?? 1;
    const mask = number(values.perm) ?? 3;
    const hasPasid = (flags & 1) === 1;
    const isLast = (flags & 2) === 2;
    return present({
      ...common,
      kind: hasPasid && isLast && (mask & 3) === 0 ? 'stop-marker' : 'page-request',
      pasid: hasPasid ? pasid : undefined,
      prgi,
      addressDigits: values.addr === undefined ? undefined : BigInt(values.addr).toString(16),
      access: values.perm === undefined ? undefined : letters(mask),
      isLast,
    });
  }
  if (RESPONSES[name] !== undefined) {
    if (pasid === undefined) return 'silent';
    const code = number(values.status ?? values.code);
    return present({
      ...common,
      kind: 'page-response',
      pasid,
      prgi,
      ...(code !== undefined && kernelCode(code)),
      count: number(values.count),
    });
  }
  if (DRAINS.includes(name)) return present({ ...common, kind: 'drain', drainStep: 'start', pasid });
  const kind = EPOCHS[name];
  if (kind !== undefined)
    return kind.startsWith('pasid') && pasid === undefined ? 'silent' : present({ ...common, kind, pasid });
  return SILENT.includes(name) || name.startsWith('iommufd_fault_fops') ? 'silent' : 'unread';
}

const REFUSALS: Record<string, string> = {
  iommu_report_device_fault: 'request-refused',
  iommu_page_response: 'response-refused',
  intel_svm_page_response: 'response-refused',
  iommufd_fault_fops_write: 'response-refused',
  iommu_attach_device_pasid: 'pasid-bound',
  iommu_detach_device_pasid: 'pasid-unbound',
  iopf_queue_remove_device: 'device-detached',
};

function onReturn(name: string, values: Record<string, string>): Reading {
  const ret = number(values.ret);
  if (DRAINS.includes(name)) return { kind: 'drain', drainStep: 'end' };
  if (name === 'iommufd_fault_fops_read' && ret !== undefined && ret > 0) return { kind: 'handler-read', count: ret };
  if (name === 'iommufd_fault_fops_write' && ret !== undefined && ret > 0) return { kind: 'handler-write', count: ret };
  const known = [RESPONSES, EPOCHS, REFUSALS].some((table) => table[name] !== undefined);
  if (!known && !SILENT.includes(name) && name !== 'iommufd_fault_fops_read') return 'unread';
  const kind = REFUSALS[name];
  return kind !== undefined && ret !== undefined && ret < 0 ? { kind, returnValue: ret } : 'silent';
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
