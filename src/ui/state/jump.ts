import type { Severity } from '../../model/finding.ts';
import type { World } from '../world.ts';
import { placeOf, type UiState } from './state.ts';

export type JumpCommand = 'next-error' | 'previous-error' | 'next-warning' | 'previous-warning';

/** The state after a key that leads from what the cursor is on to something else. */
export function jumpOf(
  state: UiState,
  command: JumpCommand,
  world: World,
): { readonly state: UiState; readonly row?: number } {
  switch (command) {
    case 'next-error':
      return toSeverity(state, world, 'error', 1);
    case 'previous-error':
      return toSeverity(state, world, 'error', -1);
    case 'next-warning':
      return toSeverity(state, world, 'warning', 1);
    case 'previous-warning':
      return toSeverity(state, world, 'warning', -1);
    default:
      return command satisfies never;
  }
}

function toSeverity(
  state: UiState,
  world: World,
  severity: Severity,
  step: 1 | -1,
): { readonly state: UiState; readonly row?: number } {
  const place = placeOf(state);
  if (place.view !== 'findings') return { state };
  const findings = world.findings(place.sort);
  for (let row = place.cursor.selected + step; row >= 0 && row < findings.length; row += step) {
    if (findings[row]?.severity === severity) return { state, row };
  }
  const direction = step === 1 ? 'further' : 'earlier';
  return { state: { ...state, message: { text: `no ${direction} ${severity}`, isProblem: true } } };
}
