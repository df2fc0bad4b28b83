/** Who saw a message (semantics §1). */
export const LANES = ['device', 'host', 'driver', 'vmm', 'guest'] as const;
export type Lane = (typeof LANES)[number];

/**
 * The place in the source that printed a line, from the wire up. One message passes several points of
 * one capture (`prq_report`, `iommu_report_device_fault`, an iommufd read): each is a hop of its own.
 * - `wire`: what the IOMMU hardware delivered or was given (`prq_report`, `qi_submit`, an SMMU event)
 * - `driver-op`: the IOMMU driver's `page_response` operation, just above the wire
 * - `core`: the IOMMU core's interface to a fault handler (`iommu_report_device_fault`, `iopf_group_response`)
 * - `user`: user space's side of it (iommufd reads and writes)
 * - `none`: not a message on a hop
 */
export const OBSERVATION_POINTS = ['wire', 'driver-op', 'core', 'user', 'none'] as const;
export type ObservationPoint = (typeof OBSERVATION_POINTS)[number];
