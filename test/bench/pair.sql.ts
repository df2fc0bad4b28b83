/**
 * What a data engineer would do: the lines as one column, fields by regular expressions, each response with the request of
 * its key in front of it, by a window. Prints the number of pairs.
 *
 *     node test/bench/pair.sql.ts FILE
 */
import { DuckDBInstance } from '@duckdb/node-api';

const [file = ''] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const reader = await connection.runAndReadAll(`
  WITH lines AS (
    SELECT line FROM read_csv('${file.replaceAll("'", "''")}', columns = {'line': 'VARCHAR'}, header = false, delim = '\\x01',
      quote = '', escape = '', auto_detect = false, strict_mode = false, null_padding = true)
  ), requests AS (
    SELECT regexp_extract(line, ' ([0-9.]+): prq_report: .* rid=0x([0-9a-f]+) .*l pasid=0x([0-9a-f]+) index=0x([0-9a-f]+)',
      ['time', 'rid', 'pasid', 'prgi']) AS f
    FROM lines WHERE contains(line, ': prq_report: ') AND contains(line, 'l pasid=')
  ), responses AS (
    SELECT regexp_extract(line, ' ([0-9.]+): qi_submit: page_grp_resp [^ ]+ 0x([0-9a-f]+) 0x([0-9a-f]+)', ['time', 'low', 'high']) AS f
    FROM lines WHERE contains(line, 'page_grp_resp')
  ), asked AS (
    SELECT f.time::DOUBLE AS time, ('0x' || f.rid)::BIGINT AS rid, ('0x' || f.pasid)::BIGINT AS pasid, ('0x' || f.prgi)::BIGINT AS prgi
    FROM requests
  ), answered AS (
    SELECT f.time::DOUBLE AS time, (('0x' || f.low)::BIGINT >> 16) & 65535 AS rid, (('0x' || f.low)::BIGINT >> 32) & 1048575 AS pasid,
      (('0x' || f.high)::BIGINT >> 3) & 511 AS prgi
    FROM responses
  ), messages AS (
    SELECT time, rid, pasid, prgi, true AS is_request FROM asked UNION ALL SELECT time, rid, pasid, prgi, false FROM answered
  ), paired AS (
    SELECT time, is_request, lag(CASE WHEN is_request THEN time END) OVER (PARTITION BY rid, pasid, prgi ORDER BY time, NOT is_request) AS asked
    FROM messages
  )
  SELECT count(asked) AS answered, avg(time - asked) AS mean, max(time - asked) AS most FROM paired WHERE NOT is_request`);
process.stdout.write(`${reader.getRowsJson()[0]?.join(' ')}\n`);
