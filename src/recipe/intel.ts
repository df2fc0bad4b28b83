/** Intel VT-d (log-formats A.2, C.1): drivers/iommu/intel/{trace.h,svm.c,prq.c}, Linux 5.10 to 7.3. */
export const INTEL_PROBES = `
# --- Intel VT-d: page requests as the hardware delivers them, answers as they are queued for it (since 5.14)

# Of what is queued, invalidations of the DMA API (types 1 to 3) are many and say nothing here. Types 4 to 15 are kept: the
# answers (9), and the wait and invalidation descriptors by which an unbind is seen. ALL_DESCRIPTORS=1 keeps everything.
event intel_iommu/prq_report
if [ -n "\${ALL_DESCRIPTORS:-}" ]; then event intel_iommu/qi_submit; else event intel_iommu/qi_submit 'qw0 & 0xc'; fi
event intel_iommu/cache_tag_assign
event intel_iommu/cache_tag_unassign

# The driver's own answer function, just above the queue.
message "$A3"
answer="pasid=msg->pasid:u32 grpid=msg->grpid:u32 code=msg->code:u32"
probe page_response intel_iommu_page_response "$answer$device_named" "$MSG_OF$device_plain" ||
  probe page_response intel_svm_page_response "$answer$device_named" "$MSG_OF$device_plain"

# Before a PASID goes, its requests are drained. The function has had three names.
for name in intel_iommu_drain_pasid_prq intel_drain_pasid_prq intel_svm_drain_prq; do
  if probe drain_prq "$name" "pasid=pasid:u32$device_named" "pasid=$A2:u32"; then
    result drain_prq_ret "$name"
    break
  fi
done
`;
