import type { Container } from '../../src/model/parser.ts';
import { bpftraceJson } from './bpftrace-json.ts';
import { dmesgJson } from './dmesg-json.ts';
import { eventTable } from './event-table.ts';
import { groupRows } from './group-rows.ts';
import { groupTable } from './group-table.ts';
import { gzip } from './gzip.ts';
import { journalExport } from './journal-export.ts';
import { journalJson } from './journal-json.ts';
import { journalVerbose } from './journal-verbose.ts';
import { ladderContainer } from './ladder.ts';
import { perfJson } from './perf-json.ts';
import { binary, recognisedContainers } from './recognised.ts';
import { syslogStream } from './syslog-stream.ts';
import { tar } from './tar.ts';
import { traceDat } from './trace-dat.ts';
import { utf16 } from './utf-16.ts';
import { xz } from './xz.ts';
import { zstd } from './zstd.ts';

/** All containers: compressed bytes, logs that are no lines, binary recordings, what is only recognised, what is no text, and texts that are read as a whole. */
export const containers: readonly Container[] = [
  gzip,
  zstd,
  xz,
  traceDat,
  journalJson,
  journalExport,
  journalVerbose,
  dmesgJson,
  bpftraceJson,
  perfJson,
  syslogStream,
  tar,
  groupTable,
  groupRows,
  eventTable,
  utf16,
  ...recognisedContainers,
  binary,
  ladderContainer,
];
