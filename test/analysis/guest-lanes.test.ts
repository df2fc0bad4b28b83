import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { Owner } from '../../src/model/owner.ts';
import { answer, drain, HANDLER, request, trace } from '../replay/trace-lines.ts';

/** Captures of a host and its guests, whose clock stands 50 s ahead, as small as they can be. */
const AHEAD = 50;

type Guests = Readonly<Record<string, readonly string[]>>;

/** `FL201 certain 01:00.0 1/1 (FL303 likely)`: what is not a note or about latency. */
async function verdicts(host: readonly string[], guests: Guests, owners: readonly Owner[] = []): Promise<string[]> {
  const inputs: InputSpec[] = [input('host', undefined, trace(host))];
  for (const [name, lines] of Object.entries(guests)) inputs.push(input('guest', name, trace(lines)));
  const { findings } = await analyse(inputs, registry, { limits: DEFAULT_LIMITS, owners });
  return findings
    .filter(({ severity, id }) => severity !== 'note' && id !== 'FL501')
    .map(({ id, certainty, device, pasid, prgi, consequences = [] }) => {
      const below = consequences.map((each) => `${each.id} ${each.certainty}`).join(', ');
      return `${id} ${certainty} ${device?.slice(5)} ${pasid}/${prgi}${below === '' ? '' : ` (${below})`}`;
    });
}

function input(lane: 'host' | 'guest', laneName: string | undefined, text: string): InputSpec {
  const bytes = Buffer.from(text, 'utf8');
  return {
    path: `${laneName ?? lane}.txt`,
    lane,
    ...(laneName === undefined ? {} : { laneName }),
    sizeBytes: bytes.length,
    open: () => Readable.from([bytes]),
  };
}

/** An exchange of pages of its own relates the two clocks to 1 ms and shows that the lane goes on. */
function exchange(time: number, page: number, bus = 1): { readonly host: string[]; readonly guest: string[] } {
  const key = { bus, pasid: 9, prgi: 9 };
  return {
    host: [request(time, { ...key, page }), answer(time + 0.003, key)],
    guest: [request(AHEAD + time + 0.001, { ...key, page }), answer(AHEAD + time + 0.002, key)],
  };
}

const first = exchange(9, 0x900);
const last = exchange(30, 0x901);

/** PR1, an automatic answer, and PR2 with the same key. */
const REUSED = [
  request(10, { page: 0x100 }),
  drain(10.1),
  answer(10.1001, { code: 1 }),
  request(10.2, { page: 0x200 }),
];

describe('a crossing that a guest lane proves', () => {
  it('is certain where the answer left the guest before the later group came there, whatever the clocks', async () => {
    const host = [...first.host, ...REUSED, answer(10.3), answer(10.4), ...last.host];
    const guest = [
      ...first.guest,
      request(AHEAD + 10.001, { page: 0x100 }),
      answer(AHEAD + 10.2019),
      request(AHEAD + 10.202, { page: 0x200 }),
      answer(AHEAD + 10.203),
      ...last.guest,
    ];
    expect(await verdicts(host, { vm1: guest })).toEqual(['FL201 certain 01:00.0 1/1 (FL303 certain, FL103 certain)']);
  });
});

describe('an earlier group’s answer that is traced before the later request', () => {
  const stale = [request(10, { page: 0x100 }), drain(10.1), answer(10.1001, { code: 1 })];
  const host = [...first.host, ...stale, answer(10.29), request(10.3, { page: 0x200 }), answer(10.4), ...last.host];
  const above = (deliveredAt: number): string[] => [
    ...first.guest,
    request(AHEAD + 10.001, { page: 0x100 }),
    answer(AHEAD + 10.15),
    request(AHEAD + deliveredAt, { page: 0x200 }),
    answer(AHEAD + 10.35),
    ...last.guest,
  ];

  it('crossed if the later group was in the guest by then', async () => {
    expect(await verdicts(host, { vm1: above(10.25) })).toEqual([
      'FL201 certain 01:00.0 1/1 (FL303 certain, FL103 certain)',
    ]);
  });

  it('is not said to have crossed if it may have come first', async () => {
    expect((await verdicts(host, { vm1: above(10.295) })).filter((each) => !each.includes('possible'))).toEqual([
      'FL103 certain 01:00.0 1/1',
    ]);
  });
});

describe('a PASID of one number on two devices', () => {
  const owners: readonly Owner[] = [
    { device: '0000:01:00.0', pasid: 1, owner: 'vm1' },
    { device: '0000:02:00.0', pasid: 1, owner: HANDLER },
  ];
  const host = [
    ...first.host,
    request(10, { page: 0x100 }),
    request(10.01, { bus: 2, page: 0x200 }),
    answer(10.05),
    answer(10.06, { bus: 2 }),
    ...last.host,
  ];
  const guest = [...first.guest, request(AHEAD + 10.001, { page: 0x100 }), answer(AHEAD + 10.049), ...last.guest];

  it('is not answered by the guest that has it on the other one', async () => {
    expect(await verdicts(host, { vm1: guest }, owners)).toEqual([]);
  });

  it('is told apart by the owners file where the lanes show no common page', async () => {
    const elsewhere = guest.map((line) => line.replace(/addr=0x(\w+)/, 'addr=0xf$1'));
    expect(await verdicts(host, { vm1: elsewhere }, owners)).toEqual([]);
  });

  it('is said to be undecided where nothing tells, and accuses nobody', async () => {
    const elsewhere = guest.map((line) => line.replace(/addr=0x(\w+)/, 'addr=0xf$1').replace('0000:01:', '0000:07:'));
    const inputs = [input('host', undefined, trace(host)), input('guest', 'vm1', trace(elsewhere))];
    const { findings } = await analyse(inputs, registry, { limits: DEFAULT_LIMITS });
    expect(findings.map(({ id, severity, message }) => `${id} ${severity} ${message}`)).toEqual([
      'FL905 note PASID 1 of 0000:01:00.0 or 0000:02:00.0 on the host may be that of 0000:07:00.0 in guest:vm1: nothing tells which, and their messages were not joined. An owners file (--owners) does.',
    ]);
  });

  it('is another owner’s if the pages say so', async () => {
    const swapped = owners.map((row): Owner => ({ ...row, owner: row.owner === 'vm1' ? HANDLER : 'vm1' }));
    expect(await verdicts(host, { vm1: guest }, swapped)).toEqual(['FL206 certain 01:00.0 1/1']);
  });

  it('keeps the histories of both devices apart in a guest that has both', async () => {
    const both = [
      ...first.host,
      request(10, { page: 0x100 }),
      request(10.01, { bus: 2, page: 0x200 }),
      drain(10.02),
      answer(10.0201, { code: 1 }),
      answer(10.06, { bus: 2 }),
      ...last.host,
    ];
    const above = [
      ...first.guest,
      request(AHEAD + 10.001, { bus: 4, page: 0x100 }),
      request(AHEAD + 10.011, { bus: 5, page: 0x200 }),
      answer(AHEAD + 10.02, { bus: 4 }),
      answer(AHEAD + 10.05, { bus: 5 }),
      ...last.guest,
    ];
    expect(await verdicts(both, { vm1: above })).toEqual(['FL103 certain 01:00.0 1/1']);
  });
});

describe('an answer that the guest gave and the host does not show', () => {
  const answered = [request(10, { page: 0x100 }), drain(10.02), answer(10.0201, { code: 1 })];
  const above = [...first.guest, request(AHEAD + 10.001, { page: 0x100 }), answer(AHEAD + 10.5)];

  it('was refused, if the host’s capture goes on for long enough', async () => {
    expect(await verdicts([...first.host, ...answered, ...last.host], { vm1: [...above, ...last.guest] })).toEqual([
      'FL103 certain 01:00.0 1/1',
    ]);
  });

  it('accuses nobody if the host’s capture ends before it can have come', async () => {
    expect(await verdicts([...first.host, ...answered], { vm1: above })).toEqual([]);
  });

  it('accuses nobody if the host’s capture lost events', async () => {
    const host = [...first.host, ...answered, 'CPU:1 [LOST 3 EVENTS]', ...last.host];
    expect(await verdicts(host, { vm1: [...above, ...last.guest] })).toEqual([
      'FL901 certain undefined undefined/undefined',
    ]);
  });
});

describe('an answer that is missing in the guest’s lane, with clocks that do not tell which', () => {
  const wide = (time: number, page: number): { readonly host: string[]; readonly guest: string[] } => {
    const key = { bus: 1, pasid: 9, prgi: 9 };
    return {
      host: [request(time, { ...key, page }), answer(time + 1.2, key)],
      guest: [request(AHEAD + time + 0.4, { ...key, page }), answer(AHEAD + time + 0.8, key)],
    };
  };
  // The host answers by itself what nobody answered; two answers follow, of which one finds nothing open.
  const host = [
    ...wide(5, 0x900).host,
    request(10, { page: 0x100 }),
    answer(10.1, { code: 1 }),
    request(10.2, { page: 0x200 }),
    answer(10.3),
    answer(10.4),
    ...wide(30, 0x901).host,
  ];
  const delivered = [request(AHEAD + 10.001, { page: 0x100 }), request(AHEAD + 10.202, { page: 0x200 })];

  it.each([
    ['the later group’s', [delivered[0], answer(AHEAD + 10.2019), delivered[1]]],
    ['the earlier group’s', [...delivered, answer(AHEAD + 10.26)]],
  ])('leaves it possible that %s was displaced', async (_, guest) => {
    const lines = guest.filter((line) => line !== undefined);
    expect(await verdicts(host, { vm1: [...wide(5, 0x900).guest, ...lines, ...wide(30, 0x901).guest] })).toEqual([
      'FL103 likely 01:00.0 1/1',
      'FL201 possible 01:00.0 1/1 (FL303 possible)',
    ]);
  });
});

describe('lanes with more groups than can be joined', () => {
  const exchanges = Array.from({ length: 10 }, (_, index) => exchange(10 + index, 0x100 + index));
  const host = exchanges.flatMap((each) => each.host);
  const guest = exchanges.flatMap((each) => each.guest);
  const judged = (mostJoined: number) =>
    analyse([input('host', undefined, trace(host)), input('guest', undefined, trace(guest))], registry, {
      limits: DEFAULT_LIMITS,
      mostJoined,
    });

  it('are joined while there is place', async () => {
    const { findings, counts } = await judged(20);
    expect([findings, counts.groups.answered]).toEqual([[], 10]);
  });

  it('are judged alone, and that is said', async () => {
    const { findings, counts, clocks } = await judged(19);
    expect(findings.map(({ id, message, evidence }) => [id, message, evidence.length])).toEqual([
      [
        'FL905',
        'host and guest have more than 19 groups together, too many to join: the lanes were analysed separately. Give parts of the same time.',
        2,
      ],
    ]);
    expect([counts.groups.answered, clocks]).toEqual([20, undefined]);
  });
});
