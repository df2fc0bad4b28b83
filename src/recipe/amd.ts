/** AMD-Vi (log-formats B.3.2, C.1): drivers/iommu/amd/{ppr,iommu}.c, before 5.9 amd_iommu.c, Linux 4.15 to 7.3. */
export const AMD_PROBES = `
# --- AMD-Vi has no tracepoints of its own: probes at its page request log and at its answers

# An entry of the log is two words. The function was iommu_handle_ppr_entry until 6.5, iommu_call_iopf_notifier is since 6.11.
# Answers are one function, amd_iommu_complete_ppr(dev, pasid, status, tag); 7.3 has a static one below it. Either both sides
# are recorded at the log and the command, or both at the core and amd_iommu_page_response: halves would not match.
amd_answer=
for name in __amd_iommu_complete_ppr amd_iommu_complete_ppr; do
  if has "$name"; then amd_answer=$name && break; fi
done
amd_entry=
for name in iommu_call_iopf_notifier iommu_handle_ppr_entry; do
  if has "$name"; then amd_entry=$name && break; fi
done
amd_words="w0=+0($A2):x64 w1=+8($A2):x64"
if [ -n "$amd_entry" ] && [ -n "$amd_answer" ] && [ -n "$A1" ] &&
  probe complete_ppr "$amd_answer" '' "pasid=$A2:u32 status=$A3:s32 tag=$A4:u32"; then
  case $amd_entry in
    iommu_call_iopf_notifier) probe iopf_notifier "$amd_entry" '' "$amd_words" ;;
    *) probe ppr_entry "$amd_entry" '' "$amd_words" ;;
  esac
else
  message "$A3"
  probe page_response amd_iommu_page_response \\
    "pasid=resp->pasid:u32 grpid=resp->grpid:u32 code=resp->code:u32$device_named" "$MSG_OF$device_plain"
fi
`;
