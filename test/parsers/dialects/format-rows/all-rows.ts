import { AMD } from './amd-rows.ts';
import { ARM } from './arm-rows.ts';
import type { FormatRow } from './format-row.ts';
import { INTEL } from './intel-rows.ts';
import { OTHER_DRIVERS } from './other-rows.ts';
import { QEMU } from './qemu-rows.ts';
import { TRACE } from './trace-rows.ts';

export const FORMAT_ROWS: readonly FormatRow[] = [...TRACE, ...INTEL, ...AMD, ...ARM, ...OTHER_DRIVERS, ...QEMU];
