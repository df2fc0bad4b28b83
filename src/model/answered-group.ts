import type { RowOrigin } from './event-rows.ts';

/**
 * An answered instance of a page-request group that is nothing but its requests and their successful answer, in numbers.
 * One object stands for all of them: what is wanted must be taken before it is given on.
 */
export interface AnsweredGroup {
  readonly origin: Pick<RowOrigin, 'input' | 'lane' | 'laneName'>;
  /** '' where the log names none. */
  readonly device: string;
  readonly pasid: number;
  readonly prgi: number;
  /** n-th use of its key, from 1. */
  readonly ordinal: number;
  /** How many. */
  readonly requests: number;
  /** Times are nanoseconds relative to the epoch of the input's clock. */
  readonly firstAt: number;
  readonly sealedAt: number;
  readonly answeredAt: number;
  /** From the last request to the answer; 0 if the answer was traced early. */
  readonly latencyNs: number;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly answerLine: number;
  /** Undefined where the capture does not tell. */
  readonly answeredBy: 'handler' | undefined;
  /** Task that sent the answer. */
  readonly sender: string | undefined;
}
