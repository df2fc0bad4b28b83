import { SPACE } from '../../src/base/scan.ts';
import type { FramedLine } from '../../src/model/parser.ts';

const BRACKET = 91;
const PARENTHESIS = 40;
const MINUS = 45;

/**
 * Who printed a line, as vendors' kernels write it behind the time, in place of CONFIG_PRINTK_CALLER; often no blank follows:
 *
 *     [pid:134,cpu0,irq/13-arm-smmu]    Allwinner, Cix, Huawei
 *     (1)[2345:kworker/1:1]             MediaTek; -(1)[…] in an interrupt
 *     [4:     libksud.so: 8487]         Samsung
 */
const CALLER = new RegExp(
  [
    ' ?(?:',
    [
      '\\[pid:(?<pid1>\\d+), ?cpu(?<cpu1>\\d+), ?(?<task1>[^\\]]{1,24})\\](?<irq>in irq)?',
      '-?\\((?<cpu2>\\d+)\\) ?\\[(?<pid2>\\d+):(?<task2>[^\\]]{1,24})\\]',
      '\\[(?<cpu3>\\d+): *(?<task3>[^\\]]{1,20}?): *(?<pid3>\\d+)\\]',
    ].join('|'),
    ') *',
  ].join(''),
  'y',
);

/** Reads it at `at`, if it is there; gives the position of the text behind it. */
export function scanVendorCaller(line: string, at: number, out: FramedLine): number {
  const code = line.charCodeAt(line.charCodeAt(at) === SPACE ? at + 1 : at);
  if (code !== BRACKET && code !== PARENTHESIS && code !== MINUS) return at;
  CALLER.lastIndex = at;
  const fields = CALLER.exec(line)?.groups;
  if (fields === undefined) return at;
  out.cpu = Number(fields.cpu1 ?? fields.cpu2 ?? fields.cpu3);
  out.pid = Number(fields.pid1 ?? fields.pid2 ?? fields.pid3);
  out.task = (fields.task1 ?? fields.task2 ?? fields.task3)?.trim();
  return CALLER.lastIndex;
}
