import { UsageError } from '../base/errors.ts';

/** Tables cannot be written: nothing is wrong with the capture. */
export class UnwritableTables extends UsageError {}
