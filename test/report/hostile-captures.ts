/** Texts that mean something to a terminal, a runner, a parser or a browser, if they are let through. */
export const HOSTILE: readonly string[] = [
  '::error file=x,line=1::owned',
  '::stop-commands::token',
  '::endgroup::',
  '##[error]owned',
  '%0A::error::owned',
  'a,title=b:c;d]e%25',
  ']]>',
  '<!-- -- --> -->',
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>&b;',
  '</failure></testcase><script>alert(1)</script>',
  '&amp;&#0;&#x1b;&quot;\'"',
  '<img src=x onerror=alert(1)>',
  '[a](http://example.org) ![b](http://example.org/c.png)',
  'http://example.org/ www.example.org me@example.org @everyone #123',
  '`code` ```fence``` ~~~ **bold** _it_ ~~gone~~',
  '| a | b |\\| c \\',
  '# head\n- list\n> quote\n    code\n---\n```\nfence',
  '\u001b[2J\u001b[31m\u001b]0;title\u0007\u001b]8;;http://example.org\u001b\\',
  '\u0000\u0001\u0008\u007f\u0085\u009b31m',
  '\u202ereversed\u2066isolated\u200f',
  '\u2028\u2029\r\r\n\t',
  '\ud800 alone, \udfff too',
  '\ufffe\uffff\ufdd0',
  '{0} {{1}} %s $1 $& $x',
  '"}],"schemaVersion":2,"findings":[{',
  '=cmd|x',
  '\u{1f600} é ﷽',
];

interface Names {
  readonly task: string;
  readonly device: string;
  readonly iommu: string;
  readonly reason: string;
}

const event = (line: number, fields: object): string =>
  JSON.stringify({
    input: 0,
    line,
    offset: line * 100,
    time: `${line}.000000`,
    lane: 'host',
    dialect: 'intel-trace',
    ...fields,
  });

/**
 * Exported events in which all names are hostile, one text after the other: a second answer and an unanswered group
 * (with task and device), a fault with its reason, lost events.
 */
export function hostileEvents(): string {
  const rows = HOSTILE.flatMap((text, index) =>
    eventsOf({ task: text, device: text, iommu: text, reason: text }, index),
  );
  return rows.map((row) => `${row}\n`).join('');
}

function eventsOf({ task, device, iommu, reason }: Names, index: number): string[] {
  const at = 10 * index;
  const common = { task, pid: 7, iommu, device, pasid: index + 1, prgi: 1 };
  const request = { kind: 'page-request', hop: 'device>host', address: '0x1000', access: 'rw', last: true, ...common };
  const answer = {
    kind: 'page-response',
    hop: 'host>device',
    code: 'success',
    ...common,
    task: `handler ${task}`,
    pid: 8,
  };
  return [
    event(at + 1, { kind: 'pasid-bound', task, pasid: index + 1 }),
    event(at + 2, request),
    event(at + 3, answer),
    event(at + 4, answer),
    event(at + 5, { ...request, prgi: 2 }),
    event(at + 6, { kind: 'fault', iommu, device, reason, vendorReason: reason, address: '0x2000', access: 'w' }),
    event(at + 7, { kind: 'iommu-error', iommu, device, reason, vendorReason: reason }),
    event(at + 8, { kind: 'suppressed', reason, lost: 3 }),
  ];
}

/** A kernel log with the texts in names, reasons and lines that nobody can read. */
export function hostileKernelLog(): string {
  const lines = HOSTILE.flatMap((text, index) => [
    `[    ${index}.100000] DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x${index}000 [fault reason 0x06] ${text}`,
    `[    ${index}.200000] DMAR: ${text}`,
    `[    ${index}.300000] ${text}: 42 callbacks suppressed`,
    `[    ${index}.400000] arm-smmu-v3 ${text}: event 0x10 received:`,
    `[    ${index}.500000] IOMMU: ${text}: PRQ overflow detected`,
  ]);
  return `${lines.join('\n')}\n`;
}

/** A trace with the texts as task names, as names of devices and IOMMUs, and behind the events. */
export function hostileTrace(): string {
  const lines = HOSTILE.flatMap((text, index) => {
    const name = text.replaceAll(/\s/g, '.');
    const at = (step: number) => `[000] ..... ${10 + index}.00000${step}`;
    const key = `pasid=0x${(index + 1).toString(16)} index=0x1`;
    const descriptor = `0x${(index + 1).toString(16)}01000019 0x8 0x0 0x0`;
    return [
      `${name}-53 ${at(1)}: prq_report: dmar0/0000:01:00.0 seq# ${index + 1}: rid=0x100 addr=0x100 rw--l ${key}`,
      `${text}-164 ${at(2)}: qi_submit: page_grp_resp dmar0: ${descriptor}`,
      `${text}-164 ${at(3)}: qi_submit: page_grp_resp dmar0: ${descriptor}`,
      `${name}-164 ${at(4)}: iommu_io_page_fault: IOMMU:${name} ${name} iova=0x1000 flags=0x0000`,
      `${name}-164 ${at(5)}: prq_report: ${text}`,
      `${name}-164 ${at(6)}: qi_submit: page_grp_resp ${name}: ${descriptor}`,
    ];
  });
  return `# tracer: nop\n#\n${lines.join('\n')}\n`;
}
