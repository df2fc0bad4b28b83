import type { Rule } from './rule.ts';
import { count, groupText } from './wording.ts';

export const refusedRequest: Rule = {
  id: 'FL107',
  name: 'refused-request',
  severity: 'note',
  needs: 'responses with code Invalid from the task that reports page requests, or `Invalid page request` lines',
  observes: ['refused-request'],
  docs: {
    finds:
      'The kernel refused a request and answered Invalid: it was malformed (privileged, execute, address not canonical), or its PASID has no fault handler. All refusals of a key up to and with its last request are one finding.',
    matters:
      'No handler saw the request. Kernels since 6.11 answer every refused request, also those that are not the last of their group.',
    misleads:
      'Malformed requests are never traced: only the answer and, in the kernel log, `Invalid page request: qw0 qw1` show them. Certain when that line joins the answer or the request was traced after it; likely when only the answer of the reporting task is there.',
    example: 'dmar0: Invalid page request: 20000101000101 7f2427df1015',
    references: [
      'semantics 3.1',
      'drivers/iommu/intel/prq.c handle_bad_prq_event()',
      'drivers/iommu/io-pgfault.c iopf_error_response()',
    ],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'refused-request') return;
      const { requests, reports, responses, requester, pasid, prgi } = observation;
      const shown = requests.length === 0 && reports.length === 0 ? ' that this capture does not show' : '';
      const total = Math.max(requests.length, reports.length, responses.length);
      const reason = reports.find((report) => report.reason !== undefined)?.reason;
      const why = reason === undefined ? '' : ` (${reason})`;
      const answered =
        responses.length > 0
          ? `answered invalid request ${responses.length === 1 ? 'once' : `${responses.length} times`}`
          : 'no answer of it is in this capture';
      const advice =
        shown === '' ? '' : ' The kernel log of the same time, given as an input beside the trace, tells why.';
      context.report({
        certainty: observation.certainty,
        message: `The kernel refused ${count(total, 'request')}${shown}${why}: ${groupText({ requester, pasid, prgi })}, ${answered}.${advice}`,
        shape: `refused${shown}${why}, ${responses.length > 0 ? 'answered' : 'no answer'}`,
        requester,
        pasid,
        prgi,
        ...(responses.length > 0 ? { answeredBy: 'host' as const } : {}),
        evidence: [
          ...responses.slice(-4).map((event) => ({ event, role: 'response' })),
          ...requests.slice(-4).map((event) => ({ event, role: 'request' })),
          ...reports.slice(-4).map((event) => ({ event, role: 'refusal' })),
        ],
      });
    },
  }),
};
