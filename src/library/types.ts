import type { EventRow } from '../model/event-schema.ts';
import type { Finding } from '../model/finding.ts';
import type { GroupRow } from '../model/group.ts';
import type { Lane } from '../model/lane.ts';
import type { AnalysisLimits } from '../model/limits.ts';
import type { Owner } from '../model/owner.ts';
import type { Result } from '../model/result.ts';
import type { TableMapping } from '../model/table-mapping.ts';

/** The lane that recorded an input; `host` where none is named. */
export interface Labelled {
  readonly lane?: Lane;
  /** Name of a guest, where there are several. */
  readonly laneName?: string;
}

/** A file; relative paths are relative to the working directory. */
export interface FileSource extends Labelled {
  readonly path: string | URL;
}

/** A text that is in memory. */
export interface TextSource extends Labelled {
  readonly text: string;
  /** `path` of the input in the result; `text` where none is given. */
  readonly name?: string;
}

/** Bytes as they are in a file, packed ones too: a buffer, a Node or web stream, a generator. A stream is read once. */
export interface BytesSource extends Labelled {
  readonly bytes: Uint8Array | Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;
  /** `path` of the input in the result; `bytes` where none is given. */
  readonly name?: string;
}

/** One input: a string is a path. */
export type InputSource = string | URL | FileSource | TextSource | BytesSource;

/** How an analysis is done; everything has the default of `faultlog check`. */
export interface AnalyseOptions {
  readonly limits?: Partial<AnalysisLimits>;
  /** Who owns which PASID. */
  readonly owners?: readonly Owner[];
  /** What to add to the times of a lane (`guest`, `guest:vm3`) to make them the host's, in seconds. */
  readonly offsets?: Readonly<Record<string, number>>;
  /** Name of the only framing, or the only dialect, to use (`faultlog formats` lists them). */
  readonly framing?: string;
  readonly dialect?: string;
  /** Which kernel function a probe of one's own is on, by the probe's name. */
  readonly kprobes?: Readonly<Record<string, string>>;
  /** CSV tables of other tools, recognised by their columns. */
  readonly tables?: readonly TableMapping[];
}

/** One piece of an analysis. */
export type AnalysisItem =
  | { readonly type: 'event'; readonly event: EventRow }
  | { readonly type: 'group'; readonly group: GroupRow }
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'result'; readonly result: Result };

export interface StreamOptions extends AnalyseOptions {
  /** What to give before the result; all where absent. Without `group` memory does not grow with the number of groups. */
  readonly items?: readonly ('event' | 'group' | 'finding')[];
}
