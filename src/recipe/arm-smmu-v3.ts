/** Arm SMMUv3 (log-formats B.4, C.1): drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c, Linux 4.15 to 7.3. */
export const ARM_SMMU_V3_PROBES = `
# --- Arm SMMUv3 has no tracepoints: probes at its event queue, its PRI queue and its commands

# Either both sides are recorded at the queues, or both at the core and arm_smmu_page_response: halves would not match.
smmu_command=
for name in arm_smmu_cmdq_issue_cmd_p __arm_smmu_cmdq_issue_cmd arm_smmu_cmdq_issue_cmd; do
  if has "$name"; then smmu_command=$name && break; fi
done

# Event records are four words. arm_smmu_handle_evt(smmu, evt) has them until 6.12. In 6.13 and 6.14 arm_smmu_handle_event is
# given the decoded event instead, and since 6.15 both; arm_vmaster_report_event came with that. Without it the argument's
# name tells, which only kernels with BTF know.
smmu_words="w0=+0($A2):x64 w1=+8($A2):x64 w2=+16($A2):x64 w3=+24($A2):x64"
smmu_entries=
if [ -z "$smmu_command" ]; then
  note 'no function for commands'
elif has arm_smmu_handle_evt; then
  probe handle_evt arm_smmu_handle_evt '' "$smmu_words" && smmu_entries=yes
elif has arm_vmaster_report_event; then
  probe handle_event arm_smmu_handle_event '' "$smmu_words" && smmu_entries=yes
else
  probe handle_event arm_smmu_handle_event 'w0=+0(evt):x64 w1=+8(evt):x64 w2=+16(evt):x64 w3=+24(evt):x64' '' &&
    smmu_entries=yes
fi

# Of the commands only the answers are wanted: CMD_RESUME (0x44) and CMD_PRI_RESP (0x41). Until 7.0 the function is given
# struct arm_smmu_cmdq_ent (opcode 0, sid 8, then stag 12 and resp 14 of a resume, or ssid 12, grpid 16 and resp 20 of a PRI
# response), and since 7.2, as arm_smmu_cmdq_issue_cmd_p, the two words of the command.
if [ -z "$smmu_entries" ]; then
  note 'requests and answers are recorded at the IOMMU core'
elif [ "$smmu_command" = arm_smmu_cmdq_issue_cmd_p ]; then
  probe issue_cmd "$smmu_command" '' \\
    "opcode=+0($A2):x8 w0=+0($A2):x64 w1=+8($A2):x64" 'opcode == 0x44 || opcode == 0x41'
else
  probe issue_cmd "$smmu_command" '' \\
    "opcode=+0($A2):x8 sid=+8($A2):x32 stag=+12($A2):u16 resp=+14($A2):u8" 'opcode == 0x44'
  probe "\${GROUP}_pri/issue_cmd" "$smmu_command" '' \\
    "opcode=+0($A2):x8 sid=+8($A2):x32 ssid=+12($A2):u32 grpid=+16($A2):u16 resp=+20($A2):u32" 'opcode == 0x41'
fi
probe handle_ppr arm_smmu_handle_ppr '' "w0=+0($A2):x64 w1=+8($A2):x64"

# The queues know a device by its stream id. Two names for one device would part what belongs together.
if [ -n "$smmu_entries" ]; then device_named='' device_plain=''; fi

# The driver's own answer function, just above the commands.
message "$A3"
probe page_response arm_smmu_page_response \\
  "pasid=resp->pasid:u32 grpid=resp->grpid:u32 code=resp->code:u32$device_named" "$MSG_OF$device_plain"
`;
