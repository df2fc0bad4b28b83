import { captureEdge } from './capture-edge.ts';
import { captureGap } from './capture-gap.ts';
import { clockStep } from './clock-step.ts';
import { crossOwnerResponse } from './cross-owner-response.ts';
import { crossedCode } from './crossed-code.ts';
import { crossedResponse } from './crossed-response.ts';
import { droppedAtUnregister } from './dropped-at-unregister.ts';
import { droppedInTransit } from './dropped-in-transit.ts';
import { droppedOverflow } from './dropped-overflow.ts';
import { droppedRefused } from './dropped-refused.ts';
import { droppedUnanswered } from './dropped-unanswered.ts';
import { faultStorm } from './fault-storm.ts';
import { incompleteGroup } from './incomplete-group.ts';
import { iommuError } from './iommu-error.ts';
import { mixedClocks } from './mixed-clocks.ts';
import { mixedPasidGroup } from './mixed-pasid-group.ts';
import { negativeResponse } from './negative-response.ts';
import { prgiReusedInFlight } from './prgi-reused-in-flight.ts';
import { prgiSharedInFlight } from './prgi-shared-in-flight.ts';
import { refusedRequest } from './refused-request.ts';
import type { Rule } from './rule.ts';
import { slowResponse } from './slow-response.ts';
import { spuriousDuplicate } from './spurious-duplicate.ts';
import { spuriousIncomplete } from './spurious-incomplete.ts';
import { spuriousLate } from './spurious-late.ts';
import { spuriousStopMarker } from './spurious-stop-marker.ts';
import { spuriousUnknownGroup } from './spurious-unknown-group.ts';
import { spuriousWrongPasid } from './spurious-wrong-pasid.ts';
import { translationFault } from './translation-fault.ts';
import { unreadLine } from './unread-line.ts';

/** All rules, by id. A rule's finding comes before the consequences that hang under it. */
export const rules: readonly Rule[] = [
  spuriousUnknownGroup,
  spuriousDuplicate,
  spuriousLate,
  spuriousWrongPasid,
  spuriousIncomplete,
  spuriousStopMarker,
  refusedRequest,
  crossedResponse,
  crossedCode,
  prgiReusedInFlight,
  prgiSharedInFlight,
  mixedPasidGroup,
  crossOwnerResponse,
  droppedUnanswered,
  droppedInTransit,
  droppedRefused,
  droppedOverflow,
  droppedAtUnregister,
  incompleteGroup,
  translationFault,
  negativeResponse,
  faultStorm,
  iommuError,
  slowResponse,
  captureGap,
  captureEdge,
  unreadLine,
  clockStep,
  mixedClocks,
];
