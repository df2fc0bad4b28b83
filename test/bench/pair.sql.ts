/**
 * What a data engineer would do: the lines as one column, fields by regular expressions, each response joined to the latest
 * request of its key before it. Prints the number of pairs.
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
  )
  SELECT count(asked.time) AS answered, avg(answered.time - asked.time) AS mean, max(answered.time - asked.time) AS most
  FROM answered ASOF LEFT JOIN asked USING (rid, pasid, prgi, time)`);
process.stdout.write(`${reader.getRowsJson()[0]?.join(' ')}\n`);
