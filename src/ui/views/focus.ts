import type { Finding } from '../../model/finding.ts';
import { findingKey } from '../finding-lists.ts';
import type { World } from '../world.ts';
import type { Focus } from './view.ts';

/** What a finding is about: its first line of evidence, and the event and group of that. */
export function findingFocus(finding: Finding, world: World): Focus {
  const [first] = finding.evidence;
  if (first === undefined) return { findingKey: findingKey(finding) };
  return { ...lineFocus(first, world), findingKey: findingKey(finding) };
}

/** A raw line, and the event that it is. */
export function lineFocus(at: { readonly input: number; readonly line: number }, world: World): Focus {
  const { events } = world.capture;
  const row = events.index.rowOfLine(at.input, at.line);
  const event = row === undefined ? undefined : events.view(row);
  const place = { at: { input: at.input, line: at.line } };
  if (row === undefined || event?.line !== at.line || event.input !== at.input) return place;
  return { ...place, ...eventFocus(row, world) };
}

export function eventFocus(eventRow: number, world: World): Focus {
  const { events } = world.capture;
  const event = events.view(eventRow);
  const groupRow = events.groupOf(eventRow);
  return {
    eventRow,
    ...(groupRow !== undefined && { groupRow }),
    ...(event !== undefined && { at: { input: event.input, line: event.line } }),
  };
}

export function groupFocus(groupRow: number, world: World): Focus {
  const group = world.capture.groups.view(groupRow);
  const eventRow = group?.firstRequest ?? group?.response;
  return { ...(eventRow !== undefined && eventFocus(eventRow, world)), groupRow };
}
