/** How the CSV table of another tool says what the fields of an event row (`src/model/event-schema.ts`) say. */
export interface TableMapping {
  /** Column by field. */
  readonly columns: Readonly<Record<string, string>>;
  /** By field: what a cell's text stands for. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Fields that are the same for all rows. */
  readonly fixed?: Readonly<Record<string, string>>;
}
