import { describe, expect, it } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';
import {
  answer,
  attached,
  drain,
  HANDLER,
  notes,
  probe,
  REPORTER,
  reported,
  request,
  submitted,
  trace,
  verdicts,
} from './trace-lines.ts';

const INVALID = { code: 1, by: REPORTER };

/** Semantics §3.1: `prq_report` is written late; a `report_fault` line, where recorded, gives the true time. */
describe('an answer that stands before the request that is reported next', () => {
  it('is that request’s, where nothing tells better', async () => {
    expect(await verdicts([attached(9), answer(10), request(10.01), answer(10.02)])).toEqual(['FL102 certain 1/1']);
  });

  it('is not, if the request was handed on later', async () => {
    const lines = [
      attached(9),
      request(9.5, { prgi: 2 }),
      answer(9.6, { prgi: 2 }),
      answer(10),
      reported(10.01),
      request(10.02),
      answer(10.03),
    ];
    expect(await verdicts(lines)).toEqual(['FL101 certain 1/1']);
  });
});

describe('an Invalid answer of the reporting task before a request of the same key', () => {
  it('refuses that request, where nothing tells better', async () => {
    const lines = [answer(10, INVALID), request(10.0001), request(10.1, { prgi: 2 }), answer(10.2, { prgi: 2 })];
    expect(await verdicts(lines)).toEqual([]);
    expect(await notes(lines)).toEqual(['FL107 certain 1/1']);
  });

  it('does not, if the request was handed on later', async () => {
    const lines = [answer(10, INVALID), reported(10.0001), request(10.0002), answer(10.01)];
    expect(await verdicts(lines)).toEqual([]);
    expect(await notes(lines)).toEqual(['FL107 likely 1/1']);
  });

  it('does not, if a handler answers the request after all: that leaves no answer to nobody (§4)', async () => {
    const lines = [
      answer(10, INVALID),
      request(10.0001),
      request(10.1, { prgi: 2 }),
      answer(10.2, { prgi: 2 }),
      answer(10.3),
    ];
    expect(await verdicts(lines)).toEqual(['FL501 certain 1/1 warning']);
    expect(await notes(lines)).toEqual(['FL107 likely 1/1']);
  });

  it('still does, if the PASID had ended before: then there was no handler to answer', async () => {
    const lines = [
      request(8),
      answer(8.01),
      drain(8.1),
      answer(10, INVALID),
      request(10.0001),
      request(10.1, { prgi: 2, pasid: 2 }),
      answer(10.2, { prgi: 2, pasid: 2 }),
      answer(11.5),
    ];
    expect(await verdicts(lines)).toEqual(['FL102 certain 1/1']);
  });

  it('does not, if the kernel log tells of another page that it refused', async () => {
    const lines = [
      answer(10, INVALID),
      request(10.0001),
      request(10.02, { prgi: 2 }),
      answer(10.03, { prgi: 2 }),
      answer(10.04),
    ];
    const log = '[    9.500000] dmar0: Invalid page request: 20000101000101 0020200d\n';
    const { groups } = await analyseTexts([trace(lines), log]);
    expect(groups.map(({ prgi, state, instance }) => `${prgi}#${instance} ${state}`)).toEqual([
      '1#1 refused',
      '1#2 answered',
      '2#1 answered',
    ]);
  });
});

describe('a submitted answer of which nothing comes', () => {
  it('is a second one, if the group that waits now was not there yet', async () => {
    const lines = [
      reported(10),
      request(10.001),
      submitted(10.01),
      answer(10.0101),
      submitted(10.02),
      reported(10.03),
      request(10.031),
      probe(10.04, 'iommufd_fault_read', '(ksys_read+0x6c/0xe0 <- iommufd_fault_fops_read) ret=40'),
      drain(10.05),
      request(12.5, { prgi: 4 }),
      submitted(12.51, { prgi: 4 }),
      answer(12.5101, { prgi: 4 }),
    ];
    expect(await verdicts(lines)).toEqual(['FL305 certain 1/1', 'FL102 certain 1/1 warning']);
  });

  it('is less certain where two functions use the PASID', async () => {
    const lines = [
      request(10),
      submitted(10.01),
      answer(10.0101),
      request(10.02, { bus: 2 }),
      submitted(10.03),
      answer(10.0301, { bus: 2 }),
      submitted(10.04),
      attached(10.05),
    ];
    expect(await verdicts(lines)).toEqual(['FL102 likely 1/1 warning']);
  });
});

describe('a detach that names no device', () => {
  const detached = (time: number): string =>
    probe(time, 'detach_pasid', '(iommu_detach_device_pasid+0x4/0xe0) pasid=1');

  it('is of the function that its own invalidation names, though another one uses the PASID too', async () => {
    const lines = [
      request(10),
      detached(10.1),
      drain(10.1001, { bus: 2 }),
      request(10.2, { bus: 2, pasid: 3 }),
      answer(10.3, { bus: 2, pasid: 3 }),
    ];
    expect(await verdicts(lines)).toEqual([]);
    expect(await notes(lines)).toEqual(['FL902 certain 1/1']);
  });

  it('is of the one function that uses the PASID, if no invalidation follows', async () => {
    const lines = [
      request(10),
      detached(10.01),
      request(12, { prgi: 2, pasid: 3 }),
      answer(12.01, { prgi: 2, pasid: 3 }),
    ];
    expect(await verdicts(lines)).toEqual(['FL305 certain 1/1']);
  });
});

describe('the end of a handler that names no device', () => {
  const autoResponse = (time: number): string =>
    probe(time, 'iommufd_auto_response', '(iommufd_auto_response_faults+0x4/0x230)');

  it('is of the function that the same task has just detached, though another one uses the PASID too', async () => {
    const lines = [
      request(10, { bus: 2 }),
      attached(10.01),
      probe(10.1, 'detach_pasid', '(iommu_detach_device_pasid+0x4/0xe0) pasid=1'),
      drain(10.1001),
      autoResponse(10.1002),
      request(10.2, { bus: 1, pasid: 3 }),
      answer(10.3, { bus: 1, pasid: 3 }),
    ];
    expect(await verdicts(lines)).toEqual([]);
    expect(await notes(lines)).toEqual(['FL902 certain 1/1']);
  });

  it('accuses nobody where groups of two functions were pending', async () => {
    const gone = probe(10.1, 'unregister_handler', '(iommu_unregister_device_fault_handler+0x4/0xe0)');
    const tail = [request(12, { bus: 3, pasid: 3 }), answer(12.01, { bus: 3, pasid: 3 })];
    expect(await verdicts([request(10), gone, ...tail])).toEqual(['FL305 certain 1/1']);
    const lines = [request(10), request(10.05, { bus: 2 }), gone, ...tail];
    expect(await verdicts(lines)).toEqual([]);
    expect(await notes(lines)).toEqual(['FL902 certain 1/1', 'FL902 certain 1/1']);
  });
});

describe('who answered', () => {
  it('is not the host any more when the task that answered for it attaches again', async () => {
    const detach = [
      probe(10.1, 'detach_pasid', '(iommu_detach_device_pasid+0x4/0xe0) pasid=1'),
      drain(10.1001),
      probe(10.1002, 'iommufd_auto_response', '(iommufd_auto_response_faults+0x4/0x230)'),
      submitted(10.1003, { code: 1 }),
      answer(10.1004, { code: 1 }),
    ];
    const again = [request(10.3), submitted(10.31, { code: 1 }), answer(10.3101, { code: 1 })];
    const senders = async (lines: readonly string[]): Promise<readonly unknown[]> => {
      const { groups } = await analyseTexts([trace(lines)]);
      return groups.map(({ answeredBy }) => answeredBy);
    };
    expect(await senders([request(10), ...detach, attached(10.2), ...again])).toEqual(['host', 'handler']);
    expect(await senders([request(10), ...detach, ...again])).toEqual(['host', 'host']);
  });

  it('is not the host for a code that no kernel answers by itself', async () => {
    const lines = [request(10), drain(10.01), answer(10.02, { code: 7, by: HANDLER })];
    const { groups } = await analyseTexts([trace(lines)]);
    expect(groups.map(({ state, answeredBy }) => [state, answeredBy])).toEqual([['answered', undefined]]);
  });
});
