/** What could not be read, and what to do about it. Data, never thrown. */
export interface Diagnostic {
  readonly severity: 'info' | 'error' | 'data-loss';
  readonly input: number;
  /** 1-based; absent where the whole input is meant. */
  readonly line?: number;
  readonly text: string;
  readonly advice?: string;
}
