import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Scenario, scenarios, truthOf } from './captures.ts';
import { type DeviceLog, isStopMarker } from './read-truth.ts';
import { type Story, simulate } from './simulate.ts';
import { readVisible } from './visible.ts';

const LISTENED_TO = 63;

/** The expectations rest on the simulation, and the simulation on nothing but this. */
describe('the simulation agrees with the log of the device', () => {
  // The mock has no log; the text of a21 lost its head; with private data (p01) the device counts good answers as unexpected.
  const comparable = scenarios().filter(
    ({ folder, name }) => !folder.startsWith('pri-mock') && !/^(a21|p01)-/.test(name),
  );
  for (const scenario of comparable) {
    it(`${scenario.folder}/${scenario.name}`, () => {
      const story = simulate(readVisible(readFileSync(`${scenario.base}.txt`, 'utf8')));
      for (const log of truthOf(scenario).devices) {
        expect(unexpectedOf(story, log.device), 'answers that found nothing in flight').toEqual(unexpected(log));
        expect(openOf(story, log.device, scenario), 'closed groups without an answer').toEqual(open(log));
      }
    });
  }
});

/** Keys of the answers that the device did not expect, sorted. */
function unexpected(log: DeviceLog): readonly string[] {
  const responses = log.entries.filter((entry) => entry.kind === 'response');
  return responses
    .filter((response) => response.unexpected)
    .map(keyOf)
    .sort();
}

/** The same by the simulation: spurious answers, and refusals of requests that were not the last of their group. */
function unexpectedOf(story: Story, device: string): readonly string[] {
  const spurious = story.spurious.filter((found) => found.device === device && found.reachedTheDevice);
  const refused = story.refused
    .map(({ request }) => request)
    .filter((request) => request.device === device && !request.isLast);
  return [...spurious.map((found) => found.response), ...refused].map(keyOf).sort();
}

function open(log: DeviceLog): readonly string[] {
  const waiting: string[] = [];
  for (const entry of log.entries) {
    if (entry.kind === 'request') {
      if (entry.accepted && entry.isLast && !isStopMarker(entry)) waiting.push(keyOf(entry));
    } else if (!entry.unexpected) {
      waiting.splice(waiting.indexOf(keyOf(entry)), 1);
    }
  }
  return waiting.sort();
}

function openOf(story: Story, device: string, scenario: Scenario): readonly string[] {
  const groups = story.groups.filter((group) => group.device === device);
  // The log was printed before the driver (h05 on 6.12) or the process (v06) went away and the core answered.
  const isPrintedEarly =
    scenario.name.startsWith('v06-') || (scenario.name.startsWith('h05-') && scenario.folder.includes('6.12'));
  const left = groups.filter((group) => group.answer === undefined || (isPrintedEarly && group.answer.code === 1));
  // The device does not listen to PASID 200 (a15): the capture has an answer that its log cannot have.
  const deaf = story.refused
    .map(({ request }) => request)
    .filter((request) => request.device === device && request.pasid > LISTENED_TO);
  return [...left, ...deaf].map(keyOf).sort();
}

function keyOf(message: { readonly pasid?: number; readonly prgi: number }): string {
  return `${message.pasid ?? 0}/${message.prgi}`;
}
