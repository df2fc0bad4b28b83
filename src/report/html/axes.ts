import type { ScaleLinear, ScaleLogarithmic } from 'd3-scale';
import { NS_PER_MS, NS_PER_SECOND } from '../../model/time.ts';
import { html, type Markup, px } from './markup.ts';

/** A plot's place in its drawing, in pixels. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Ticks with grid lines and numbers at the left of a plot. */
export function countAxis(scale: ScaleLinear<number, number>, frame: Frame, ticks: number): Markup {
  const format = scale.tickFormat(ticks, '~s');
  const drawn = scale.ticks(ticks).map((tick) => {
    const y = scale(tick);
    return html`<path class="grid" d="M${px(frame.left)} ${px(y)}H${px(frame.right)}"/><text class="tick" x="${px(frame.left - 6)}" y="${px(y + 4)}" text-anchor="end">${format(tick)}</text>`;
  });
  return html`${drawn}`;
}

/** Numbers and a line below a plot. */
export function bottomAxis(
  ticks: readonly number[],
  scale: ScaleLinear<number, number> | ScaleLogarithmic<number, number>,
  frame: Frame,
  text: (tick: number) => string,
): Markup {
  const y = frame.bottom;
  const drawn = ticks.map((tick) => {
    const x = scale(tick);
    return html`<path class="axis" d="M${px(x)} ${px(y)}v5"/><text class="tick" x="${px(x)}" y="${px(y + 18)}" text-anchor="middle">${text(tick)}</text>`;
  });
  return html`<path class="axis" d="M${px(frame.left)} ${px(y)}H${px(frame.right)}"/>${drawn}`;
}

/** A unit in which a span has few digits. */
export function timeUnit(spanNs: number): { readonly ns: number; readonly name: string } {
  if (spanNs >= 2 * NS_PER_SECOND) return { ns: NS_PER_SECOND, name: 'seconds' };
  if (spanNs >= 2 * NS_PER_MS) return { ns: NS_PER_MS, name: 'milliseconds' };
  return { ns: 1_000, name: 'microseconds' };
}
