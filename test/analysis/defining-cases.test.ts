import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import type { Finding } from '../../src/model/finding.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';

/** Semantics §6, by hand: id, certainty, and the step of the drawing on which the finding stands. */

async function judge(text: string): Promise<string[]> {
  return (await findingsOf(text)).filter((finding) => finding.severity !== 'note').map(spell);
}

async function findingsOf(text: string): Promise<readonly Finding[]> {
  const input = { path: 'case.ladder', lane: 'host' as const, open: () => Readable.from([Buffer.from(text)]) };
  const result = await analyse([input], registry, { limits: DEFAULT_LIMITS });
  expect(result.inputs[0]?.error).toBeUndefined();
  return result.findings;
}

/** `FL201 certain 9 owner (FL202 9, FL303 11)`. */
function spell(finding: Finding): string {
  const consequences = (finding.consequences ?? []).map((each) => `${each.id} ${stepOf(each)}`);
  const below = consequences.length === 0 ? '' : ` (${consequences.join(', ')})`;
  const severity = finding.severity === 'error' ? '' : ` ${finding.severity}`;
  return `${finding.id} ${finding.certainty} ${stepOf(finding)}${severity}${below}`;
}

function stepOf(finding: Finding): string {
  return /^\s*(\d+)/.exec(finding.evidence[0]?.text ?? '')?.[1] ?? '?';
}

function fixture(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../fixtures/ladder/${name}.ladder`, import.meta.url)), 'utf8');
}

describe('6.1 a response that comes after its handler was replaced', () => {
  it('proves the crossing with the guest lane; step 11 is displaced by it', async () => {
    expect(await judge(fixture('6.1-late-answer'))).toEqual(['FL201 certain 9 (FL303 11, FL103 11)']);
  });

  it('says who gave each answer; steps of a drawing are no seconds', async () => {
    const said = (await findingsOf(fixture('6.1-late-answer'))).map(({ id, answeredBy, sentBy }) => [
      id,
      answeredBy,
      sentBy,
    ]);
    expect(said).toEqual([
      ['FL201', 'handler', { lane: 'guest' }],
      ['FL402', 'host', { lane: 'host' }],
    ]);
  });

  it('needs no registration lines', async () => {
    expect(await judge(fixture('6.1-without-registration'))).toEqual(['FL201 certain 9 (FL303 11, FL103 11)']);
  });

  it('names the refused right answer where the host accepts step 9', async () => {
    expect(await judge(fixture('6.1-host-accepts-late-answer'))).toEqual(['FL201 certain 9 (FL303 11, FL103 11)']);
  });

  it('adds the wrong code where the codes differ', async () => {
    expect(await judge(fixture('6.1-host-accepts-late-answer-other-code'))).toEqual([
      'FL201 certain 9 (FL202 9, FL303 11, FL103 11)',
    ]);
  });

  it('is a late answer without harm where the host refuses step 9', async () => {
    expect(await judge(fixture('6.1-host-refuses-late-answer'))).toEqual(['FL103 certain 9 warning']);
  });

  it('is only possible without the guest and vmm lanes; that one answer is stale is certain', async () => {
    expect(await judge(fixture('6.1-without-guest-and-vmm'))).toEqual([
      'FL103 certain 11',
      'FL201 possible 9 (FL303 11)',
    ]);
  });

  it.each([
    ['accept   ', 'The host accepted it and so sent it to the device, which breaks the PCIe rule'],
    ['accept ??', 'The drawing leaves open what the host did with it: sent on to the device it breaks the PCIe rule'],
    ['reject   ', 'The host did not pass it on, so it did no harm'],
  ])('says of a stale answer what the drawing says of it: %s', async (word, said) => {
    const text = fixture('6.1-without-guest-and-vmm').replace('accept       <- PS2', `${word}    <- PS2`);
    const all = (await findingsOf(text)).flatMap((finding) => [finding, ...(finding.consequences ?? [])]);
    expect(all.find(({ id }) => id === 'FL103')?.message).toContain(`. ${said}`);
  });

  it('is a second answer with the device hop alone', async () => {
    expect(await judge(fixture('6.1-device-hop'))).toEqual(['FL102 certain 11']);
  });

  it('is dropped at the unregister where the host does not answer (without step 4)', async () => {
    expect(await judge(fixture('6.1-never-answered-at-unregister'))).toEqual(['FL305 certain 2', 'FL203 certain 7']);
  });
});

describe('6.2 request and response cross in flight', () => {
  it('proves it by the answer that left before the request was injected', async () => {
    expect(await judge(fixture('6.2-crossed-in-flight'))).toEqual(['FL201 certain 10 (FL303 11, FL103 11)']);
    expect(await judge(fixture('6.2-with-first-request'))).toEqual(['FL201 certain 10 (FL303 11, FL103 11)']);
  });
});

describe('6.3 to 6.5', () => {
  it('6.3: the host refuses the answer for another PASID and leaves its group alone', async () => {
    expect(await judge(fixture('6.3-other-pasid'))).toEqual(['FL104 certain 9 warning']);
  });

  it('6.4: two guests share a PRGI in flight', async () => {
    expect(await judge(fixture('6.4-two-guests'))).toEqual(['FL204 certain 2 warning']);
  });

  it('6.5: never answered, lost on the way, lost in the queue', async () => {
    expect(await judge(fixture('6.5-never-answered'))).toEqual(['FL301 certain 1']);
    expect(await judge(fixture('6.5-lost-on-the-way'))).toEqual(['FL302 certain 2']);
    expect(await judge(fixture('6.5-lost-in-the-queue'))).toEqual(['FL304 certain 3']);
  });
});
