/*
 * PCI error events of s390: arch/s390/pci/pci_event.c, __zpci_event_error (Linux 7.3).
 *
 *     zpci: 0000:00:00.0: Event 0x3a reports an error for PCI function 0x1234
 *
 * The firmware reports DMA faults among other errors; the log cannot tell the address, nor which it was.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { newFault, payloadOf, setDevice } from '../decode/log-prefix.ts';

const NAME = 'zpci';

export const zpci: Dialect = {
  name: NAME,
  description: 's390 PCI error events (dmesg)',
  source: 'arch/s390/pci/pci_event.c (Linux 7.3), since 4.15 at least',
  samples: [
    { line: 'zpci: 0000:00:00.0: Event 0x3a reports an error for PCI function 0x1234', gives: 'fault' },
    { line: 'zpci: n/a: Event 0x40 reports an error for PCI function 0x12', gives: 'fault' },
  ],
  needles: ['reports an error for PCI function'],
  kind: 'log',
  parse,
};

/** Name, event code, function id. */
const ERROR = /zpci: (\S+): Event (0x[0-9a-f]+) reports an error for PCI function (0x[0-9a-f]+)/;

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  if (line.indexOf('reports an error for PCI function', framed.payload) < 0) return undefined;
  const match = ERROR.exec(payloadOf(line, framed.payload, framed.end));
  if (match === null) return undefined;
  const [text, name = '', code = '', functionId = ''] = match;
  const event = newFault(NAME, 'zpci_event_error', undefined);
  setDevice(event, name === 'n/a' ? functionId : name);
  event.reason = `pci-event-${code}`;
  event.vendorReason = text;
  return event;
}
