import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { type RangeReading, type RangeRequest, transferablesOf } from '../intake/range-packet.ts';
import { RangeScanner } from '../intake/range-scanner.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { RangeReply } from './range-threads.ts';

/** The thread's side of `RangeThreads`. */
export function serveRanges(port: MessagePort, parsers: ParserRegistry): void {
  const scanners = new Map<string, RangeScanner>();
  const scannerOf = (reading: RangeReading): RangeScanner => {
    const key = JSON.stringify(reading);
    const known = scanners.get(key) ?? new RangeScanner(parsers, reading);
    scanners.set(key, known);
    return known;
  };
  port.on('message', ({ number, request }: { readonly number: number; readonly request: RangeRequest }) => {
    const packet = read(scannerOf(request.reading), request);
    const reply: RangeReply = { number, ...(packet !== undefined && { packet }) };
    port.postMessage(reply, packet === undefined ? [] : transferablesOf(packet));
  });
}

/** Undefined if the file cannot be read: then the other thread finds out why. */
function read(scanner: RangeScanner, { file, start, end }: RangeRequest) {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const opened = descriptor;
    const source = {
      sizeBytes: fstatSync(opened).size,
      read: (into: Uint8Array, offset: number) => readSync(opened, into, 0, into.length, offset),
    };
    return scanner.read(source, start, end);
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
