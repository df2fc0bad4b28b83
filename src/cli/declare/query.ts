import { QUERY_FORMATS, type QueryOptions } from '../command-options.ts';
import { addNotes } from './notes.ts';
import { addLimitOptions, addReadingOptions, type DeclareCommand, formatFlag } from './shared-options.ts';

/** Each is a test. */
export const QUERY_EXAMPLES = [
  'SELECT state, count(*) FROM groups GROUP BY state ORDER BY 2 DESC',
  "SELECT device, pasid, quantile_cont(latency_ns, 0.99) / 1e6 AS p99_ms FROM groups WHERE state = 'answered' GROUP BY ALL ORDER BY p99_ms DESC",
  "SELECT host, rule, count(*) FROM findings WHERE severity = 'error' GROUP BY ALL ORDER BY 3 DESC",
  'SELECT g.host, g.device, g.pasid, g.prgi, g.latency_ns FROM groups g ORDER BY latency_ns DESC NULLS LAST LIMIT 10',
  'SELECT path, unread, lost_events, error FROM coverage WHERE unread > 0 OR lost_events > 0 OR error IS NOT NULL',
] as const;

export const declareQuery: DeclareCommand = (program, session, outcome) => {
  const command = program
    .command('query')
    .description(
      'ask in SQL (DuckDB): the views groups, findings, coverage and events of captures or of exported tables',
    )
    .argument('<sql>', 'the query')
    .argument('<file...>', 'traces and kernel logs, or one folder of tables');
  addNotes(addLimitOptions(addReadingOptions(command)), {
    examples: [exampleOf(QUERY_EXAMPLES[0]), ...QUERY_EXAMPLES.slice(1).map(exampleOf)],
  })
    .addOption(formatFlag(QUERY_FORMATS))
    .action(async (sql: string, files: string[], options: QueryOptions) => {
      const { runQuery } = await import('../commands/query.ts');
      outcome.code = await runQuery(session, sql, files, options);
    });
};

function exampleOf(sql: string): string {
  return `faultlog query "${sql}" tables`;
}
