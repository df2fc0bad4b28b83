import type { SourceLine } from '../model/event.ts';
import type { LadderMessage } from '../model/ladder.ts';

/** The messages of a small drawing. */
export interface LadderExcerpt {
  /** In the order given. */
  readonly messages: readonly LadderMessage[];
  readonly omitted: number;
}

/**
 * The messages that tell most in about `rows` rows: those seen on the lines asked for, other hops of the same
 * instances, what changed for their PASID, then their neighbours; of equals those nearest to a line asked for.
 */
export function excerptOf(
  all: readonly LadderMessage[],
  anchors: ReadonlySet<SourceLine>,
  rows: number,
): LadderExcerpt {
  // Events that follow the last message explain nothing of it.
  const last = all.findLastIndex((message) => message.kind !== 'epoch' || isSeenOn(message, anchors));
  const messages = all.slice(0, last + 1);
  const anchored = messages.map((message) => isSeenOn(message, anchors));
  const instances = new Set<number>();
  for (const [index, message] of messages.entries()) {
    if (anchored[index] === true && message.kind !== 'epoch' && message.instance !== undefined) {
      instances.add(message.instance);
    }
  }
  const distances = distancesTo(anchored);
  const ranked = messages
    .map((message, index) => ({
      index,
      rank: anchored[index] === true ? 0 : rankOf(message, instances),
      distance: distances[index] ?? 0,
      rows: rowsOf(message),
    }))
    .sort((a, b) => a.rank - b.rank || a.distance - b.distance || a.index - b.index);
  const chosen = new Set<number>();
  const used = new Set<string>();
  for (const each of ranked) {
    const added = each.rows.filter((row) => !used.has(row));
    // What stands on rows that are drawn anyway costs nothing, also behind the last that fits.
    if (used.size + added.length > rows) continue;
    for (const row of added) used.add(row);
    chosen.add(each.index);
  }
  return {
    messages: messages.filter((_, index) => chosen.has(index)),
    omitted: messages.length - chosen.size,
  };
}

function isSeenOn({ sentLine, receivedLine }: LadderMessage, lines: ReadonlySet<SourceLine>): boolean {
  return (sentLine !== undefined && lines.has(sentLine)) || (receivedLine !== undefined && lines.has(receivedLine));
}

function rankOf(message: LadderMessage, instances: ReadonlySet<number>): number {
  if (message.kind !== 'epoch') return message.instance !== undefined && instances.has(message.instance) ? 1 : 3;
  // A drain is many steps of one change.
  return message.event === 'drain' ? 4 : 2;
}

/** The rows that show a message: one for each of its ends; hops of one journey at one time share theirs. */
function rowsOf(message: LadderMessage): readonly string[] {
  const { kind, sentAt, receivedAt } = message;
  const what =
    kind === 'epoch' ? `${message.event}/${message.detail ?? ''}` : `${message.instance ?? ''}/${message.prgi}`;
  const times = new Set([sentAt, receivedAt].filter((time) => time !== undefined));
  return [...times].map((time) => `${kind}/${what}/${time}`);
}

/** Of each message, how many messages away the nearest anchored one is. */
function distancesTo(anchored: readonly boolean[]): readonly number[] {
  const distances = anchored.map((is) => (is ? 0 : Number.POSITIVE_INFINITY));
  for (let index = 1; index < distances.length; index += 1) {
    distances[index] = Math.min(distances[index] ?? 0, (distances[index - 1] ?? 0) + 1);
  }
  for (let index = distances.length - 2; index >= 0; index -= 1) {
    distances[index] = Math.min(distances[index] ?? 0, (distances[index + 1] ?? 0) + 1);
  }
  return distances;
}
