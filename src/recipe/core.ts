/**
 * The IOMMU core's side of page requests and responses, the same for all drivers (log-formats C.1): drivers/iommu/iommu.c,
 * io-pgfault.c, iommufd/{eventq,fault}.c, Linux 5.3 to 7.3. Layouts of struct iommu_fault and iommu_page_response as there.
 */
export const CORE_LAYOUTS = `
# --- How this kernel lays out what is fetched

# The device's name: kobj.name is the first field of struct device, as far as functions with iopf_group_response go.
device_named=' dev=dev->kobj.name:string'
device_plain=''
if has iopf_group_response; then device_plain=" dev=+0(+0($A1)):string"; fi

# struct iommu_page_response: 5.3 and 5.4 version 0, flags 4, pasid 8, grpid 12, code 16; 5.10 to 6.8 has argsz in front of
# them; since 6.9 pasid 0, grpid 4, code 8. iopf_group_response came with the last; argsz came with the functions
# iommu_uapi_*, which went again when there were iopf_queue_*.
if has iopf_group_response; then
  MSG="pasid=+0(ARG):u32 grpid=+4(ARG):u32 code=+8(ARG):u32"
elif has iopf_queue_add_device || has iommu_uapi_cache_invalidate; then
  MSG="pasid=+12(ARG):u32 grpid=+16(ARG):u32 code=+20(ARG):u32"
else
  MSG="pasid=+8(ARG):u32 grpid=+12(ARG):u32 code=+16(ARG):u32"
fi
# message REGISTER: sets MSG_OF to the fields of the struct iommu_page_response that the register points to.
MSG_OF=''
message() {
  MSG_OF=
  if [ -n "$1" ]; then MSG_OF=$(printf '%s' "$MSG" | sed "s/ARG/$1/g"); fi
}
`;

export const CORE_PROBES = `
# --- The IOMMU core: what drivers report to it, what handlers answer

# struct iommu_fault begins struct iommu_fault_event (5.3 to 6.8) and struct iopf_fault (since 6.9), with the same layout:
# type 0, prm.flags 8, prm.pasid 12, prm.grpid 16, prm.perm 20, prm.addr 24. Until 6.8 type 2 is a page request and type 1 a
# fault that nobody can mend, whose fields mean something else; iopf_group_response came when that was changed.
report_named='pasid=evt->fault.prm.pasid:u32 grpid=evt->fault.prm.grpid:u32 flags=evt->fault.prm.flags:x32 perm=evt->fault.prm.perm:x32 addr=evt->fault.prm.addr:x64'
report_plain="pasid=+12($A2):u32 grpid=+16($A2):u32 flags=+8($A2):x32 perm=+20($A2):x32 addr=+24($A2):x64"
if has iopf_group_response; then
  probe report_fault iommu_report_device_fault "$report_named$device_named" "$report_plain$device_plain"
  # From 6.9 to 6.11 it returns nothing: kernels that know refuse the next probe, elsewhere what it fetches is no error.
else
  probe report_fault iommu_report_device_fault "$report_named$device_named type=evt->fault.type:u32" \\
    "$report_plain type=+0($A2):u32" 'type == 2'
fi
result report_fault_ret iommu_report_device_fault s32

# What a handler answers. iopf_group_response since 6.9, iommu_page_response before.
probe group_response iopf_group_response \\
  'pasid=group->last_fault.fault.prm.pasid:u32 grpid=group->last_fault.fault.prm.grpid:u32 status=status:u32 count=group->fault_count:u64' \\
  "pasid=+12($A1):u32 grpid=+16($A1):u32 status=$A2:u32"
message "$A2"
if probe respond iommu_page_response "pasid=msg->pasid:u32 grpid=msg->grpid:u32 code=msg->code:u32$device_named" "$MSG_OF"; then
  result respond_ret iommu_page_response s32
fi

# When handlers come and go.
mark register_device_fault_handler iommu_register_device_fault_handler "\${device_named# }" ''
mark unregister_device_fault_handler iommu_unregister_device_fault_handler "\${device_named# }" ''
result unregister_device_fault_handler_ret iommu_unregister_device_fault_handler s32
mark queue_add_device iopf_queue_add_device "\${device_named# }" ''
mark queue_remove_device iopf_queue_remove_device "\${device_named# }" ''
mark queue_flush_dev iopf_queue_flush_dev "\${device_named# }" ''
result queue_flush_dev_ret iopf_queue_flush_dev s32
mark queue_discard_partial iopf_queue_discard_partial
probe attach_pasid iommu_attach_device_pasid "pasid=pasid:u32$device_named" "pasid=$A3:u32"
result attach_pasid_ret iommu_attach_device_pasid s32
probe replace_pasid iommu_replace_device_pasid "pasid=pasid:u32$device_named" "pasid=$A3:u32"
probe detach_pasid iommu_detach_device_pasid "pasid=pasid:u32$device_named" "pasid=$A3:u32"

# User space that answers (a virtual machine monitor behind iommufd): bytes read and written, and its going away.
result iommufd_fault_read iommufd_fault_fops_read s64
result iommufd_fault_write iommufd_fault_fops_write s64
mark iommufd_auto_response iommufd_auto_response_faults

# --- The core's tracepoints. map and unmap are left out: they are many, and say nothing of faults.
for name in add_device_to_group remove_device_from_group attach_device_to_domain detach_device_from_domain; do
  event "iommu/$name"
done
# Debug trees have these two.
for name in dev_fault dev_page_response; do event "iommu/$name"; done
`;

/** Left out on machines with an SMMUv2, whose driver passes no device: the event follows the null pointer (log-formats A.1). */
export const IO_PAGE_FAULT_EVENT = `
# io_page_fault crashes the kernel on machines with an SMMUv2 (driver arm-smmu, which names no device). Never enable it there.
smmu_v2=
for device in "$SYS"/bus/platform/drivers/arm-smmu/*; do
  if [ -L "$device" ] && [ "\${device##*/}" != module ]; then smmu_v2=$device; fi
done
if [ -n "$smmu_v2" ]; then
  say 'this machine has an SMMUv2: io_page_fault would crash it and is left out; its faults are in dmesg'
  note "no event iommu/io_page_fault: SMMUv2 \${smmu_v2##*/}"
else
  event iommu/io_page_fault
fi
`;
