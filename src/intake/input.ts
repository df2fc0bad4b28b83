import type { Diagnostic } from '../model/diagnostic.ts';
import type { Lane } from '../model/lane.ts';
import type { ByteSource, Container } from '../model/parser.ts';
import type { ClockScale } from '../model/time.ts';
import type { ClockDomain } from './event-stream.ts';
import type { UnreadSample } from './unread-shapes.ts';

/** One input as the command line or the library's caller named it. */
export interface InputSpec {
  /** As given, for messages and output; `-` for standard input. */
  readonly path: string;
  readonly lane: Lane;
  readonly laneName?: string;
  /** Size where it is known, for progress. */
  readonly sizeBytes?: number;
  /** The container that reads this input as a whole, where its first bytes were recognised as such. */
  readonly container?: Container;
  /** True for a file: `open` may be called again, and starts anew. */
  readonly canReopen?: true;
  /** Absolute path of the file that `openBytes` opens. */
  readonly file?: string;
  /** True for bytes that come until somebody ends them, as lines of text: an empty chunk says that none came for a while. */
  readonly isFollowed?: true;
  /** Opens the bytes, usually a stream. It fails if that cannot be done; called once unless `canReopen`. */
  open(): AsyncIterable<Uint8Array | string>;
  /** The same bytes for containers that read here and there; absent where the input has no places (a pipe). */
  openBytes?(): ClosableBytes;
}

/** A boot that a log holds. */
export interface Boot {
  /** From 1, in the order of the log, also over its rotated parts. */
  readonly number: number;
  /** The journal's. */
  readonly id: string | undefined;
  /** Where it begins in its input: the line that says so, or its first event. */
  readonly line: number;
  events: number;
  /** Relative to the epoch of the report's scale. */
  firstTime: number | undefined;
  lastTime: number | undefined;
}

export interface ClosableBytes extends ByteSource {
  close(): void;
}

/** What was found out about an input while reading it; complete when the event stream has ended. */
export interface InputReport {
  readonly spec: InputSpec;
  /** Of its events; undefined until its first bytes are known. */
  domain?: ClockDomain;
  bytes: number;
  lines: number;
  events: number;
  /** Lines by framing name. */
  readonly framings: Map<string, number>;
  /** Events by dialect name. */
  readonly dialects: Map<string, number>;
  /** Lines that name an IOMMU and that no dialect reads. */
  unread: number;
  /** The first line of each of their commonest shapes; complete when the input was read. */
  readonly unreadSamples: UnreadSample[];
  overlong: number;
  /** Entries that the capture's own header counts; undefined where it has none. Fewer lines: the file was cut. */
  declaredEntries: number | undefined;
  /** Lines of comments at its head, which are no entries. */
  commentLines: number;
  /** The last line was left out because it is not terminated and the header shows that the tool terminates all. */
  isLastLineCut: boolean;
  lostEvents: number;
  /** Boots that begin in this input; the first one also where the input begins within it. */
  readonly boots: Boot[];
  /** Boots of the log with its rotated parts; 0 for a trace. */
  bootCount: number;
  /** The kernel's own time of the newest event of a log, in seconds since its boot. */
  ownSeconds: number | undefined;
  /** Declared by the capture (`local`, `mono`, …), undefined if it is not. */
  clock: string | undefined;
  /** Scale of the event times of this input. All inputs of a clock domain share the epoch. */
  scale: ClockScale;
  firstTime: number | undefined;
  lastTime: number | undefined;
  /** Events that lay outside the merge window and came out of order, with the first one's place. */
  late: { count: number; line: number; offset: number; text: string; backwardsNs: number } | undefined;
  readonly diagnostics: Diagnostic[];
  /** Why reading stopped early. */
  error: Error | undefined;
}
