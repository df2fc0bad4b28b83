import { type AnalysisOptions, analyse } from '../analysis/analyse.ts';
import { UsageError } from '../base/errors.ts';
import { sanitise } from '../base/text.ts';
import type { InputSpec } from '../intake/input.ts';
import { normaliseDeviceName } from '../model/device-name.ts';
import type { LadderKey, Place } from '../model/ladder-query.ts';
import { LANES, type Lane } from '../model/lane.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import { formatGroupName, type GroupName } from './group-name.ts';

/** A group of the capture. */
export interface FoundGroup {
  readonly name: GroupName;
  readonly key: LadderKey;
  /** Lines of the instance; absent: all instances are meant. */
  readonly places?: readonly Place[];
}

/** Keys that are named where the one asked for is not in the capture. */
const SUGGESTED = 3;

/** Analyses the inputs and finds the group. Throws a UsageError that names others if it is not there. */
export async function findGroup(
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  settings: AnalysisOptions,
  wanted: GroupName,
): Promise<FoundGroup> {
  const places: Place[] = [];
  const lanes = new Set<Lane>();
  const others = new Set<string>();
  await analyse(inputs, parsers, {
    ...settings,
    onGroupEnd(group, lane) {
      if (!isMeant(group, wanted)) {
        if (others.size < SUGGESTED) others.add(formatGroupName(nameOf(group)));
        return;
      }
      lanes.add(lane);
      if (wanted.instance !== undefined) places.push(...linesOf(group));
    },
  });
  if (lanes.size === 0) {
    const known = [...others].map((name) => sanitise(name)).join(', ');
    const hint =
      known === '' ? 'The capture has no page-request group.' : `There are ${known}; faultlog groups lists all.`;
    throw new UsageError(`there is no group ${formatGroupName(wanted)}`, hint);
  }
  const isDrawn = inputs.some(({ container }) => container !== undefined);
  const { device, pasid, prgi } = wanted;
  return {
    name: wanted,
    key: {
      prgi,
      lanes: isDrawn ? new Set(LANES) : lanes,
      ...(device !== undefined && { device }),
      ...(pasid !== undefined && { pasid }),
    },
    ...(wanted.instance !== undefined && { places }),
  };
}

function isMeant({ requester, pasid, prgi, ordinal }: PageRequestGroup, wanted: GroupName): boolean {
  const device = requester.name === '' ? undefined : normaliseDeviceName(requester.name);
  return (
    prgi === wanted.prgi &&
    (pasid ?? 0) === (wanted.pasid ?? 0) &&
    device === wanted.device &&
    (wanted.instance === undefined || ordinal === wanted.instance)
  );
}

function nameOf({ requester, pasid, prgi, ordinal }: PageRequestGroup): GroupName {
  return {
    ...(requester.name !== '' && { device: requester.name }),
    ...(pasid !== undefined && { pasid }),
    prgi,
    instance: ordinal,
  };
}

function linesOf({ requests, response, submission }: PageRequestGroup): readonly Place[] {
  const events = [...requests, response, submission];
  return events.flatMap((event) => (event === undefined ? [] : [event.source]));
}
