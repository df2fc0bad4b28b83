import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { run } from '../../src/cli/run.ts';
import { ROOT } from '../readme-blocks.ts';
import { sampleSession } from './sample-session.ts';

const CAPTURE = 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt';

async function faultlog(...args: readonly string[]) {
  const session = sampleSession({ args, cwd: ROOT });
  const code = await run(session);
  return { code, printed: session.printed(), complained: session.complained() };
}

/** Line numbers of what is printed. */
async function linesOf(command: 'events' | 'groups', where: string): Promise<readonly number[]> {
  const { code, printed } = await faultlog(command, '--format', 'jsonl', '--where', where, CAPTURE);
  expect(code).toBe(0);
  const row = z.object({ line: z.number().optional(), requests: z.array(z.object({ line: z.number() })).optional() });
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => row.parse(JSON.parse(line)))
    .map(({ line, requests }) => line ?? requests?.[0]?.line ?? 0);
}

describe('events --where', () => {
  test('asks an event for what it says itself, while it is read', async () => {
    expect(await linesOf('events', 'kind=page-response code=success pasid=2')).toEqual([36, 37, 38]);
    expect(await linesOf('events', 'device=01:00.0 prgi=2')).toEqual([20, 32, 35]);
    expect(await linesOf('events', 'time>=15.164264 time<15.1643 !kind=page-request')).toEqual([36, 37, 38]);
  });

  test('asks for its instance when all is read', async () => {
    expect(await linesOf('events', 'latency>50ms')).toEqual([21, 23, 36, 37, 38]);
    expect(await linesOf('events', 'id=FL204 kind=page-request')).toEqual([15, 17, 21, 23]);
  });

  test('finds nothing, or everything', async () => {
    const all = await faultlog('events', CAPTURE);
    expect(await faultlog('events', '--where', '', CAPTURE)).toEqual(all);
    expect(await faultlog('events', '--where', 'kind=any', CAPTURE)).toEqual(all);
    expect((await faultlog('events', '--where', 'instance=any | instance=none', CAPTURE)).printed).toBe(all.printed);
    expect((await faultlog('events', '--where', 'pasid=77', CAPTURE)).printed).toBe('');
  });

  test('what is known at the end only is no filter for a log that grows', async () => {
    const { code, complained } = await faultlog('events', '--follow', '--where', 'state=answered', CAPTURE);
    expect(code).toBe(2);
    expect(complained).toBe(
      'faultlog: --where: state is not known before all is read\n' +
        '          Leave out --follow, or filter by what an event itself says.\n',
    );
  });
});

describe('groups --where', () => {
  test('asks for latency, verdict and place', async () => {
    expect(await linesOf('groups', 'pasid=1 latency>15ms verdict=spurious')).toEqual([20, 47]);
    expect(await linesOf('groups', 'verdict=clean')).toEqual([41]);
    expect(await linesOf('groups', 'id=FL102 !id=FL204')).toEqual([20, 47]);
    expect(await linesOf('groups', 'line>40 | pasid=2')).toEqual([23, 41, 47]);
  });

  test('points at what it does not understand', async () => {
    const { code, printed, complained } = await faultlog('groups', '--where', 'pasid=1 kind=fault', CAPTURE);
    expect([code, printed]).toEqual([2, '']);
    const [message, text, mark, hint] = complained.split('\n');
    expect(message).toBe('faultlog: --where: groups have no kind');
    expect(text).toBe('            pasid=1 kind=fault');
    expect(mark).toBe('                    ^^^^');
    expect(hint).toMatch(/^ {10}They have device, pasid, /);
  });

  test('shows control characters of a filter as what they are', async () => {
    const { complained } = await faultlog('groups', '--where', 'a\u001b[2J=1 pasid=x', CAPTURE);
    expect(complained).not.toContain('\u001b');
    expect(complained.split('\n')[1]).toBe('            a\\x1b[2J=1 pasid=x');
  });
});

describe('the stream and the store give the same', () => {
  const captures = readdirSync(join(ROOT, 'fixtures/pri'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /[/][a-z]\d\d-[a-z0-9-]+\.txt$/.test(path))
    .map((path) => join('fixtures/pri', path));

  test.each(captures)('%s', async (path) => {
    for (const command of [
      ['stats', '--format', 'json'],
      ['stats', '--verbose'],
      ['ladder', '--times', 'absolute'],
    ]) {
      const { printed: streamed } = await faultlog(...command, path);
      expect(streamed).not.toBe('');
      expect((await faultlog(...command, '--where', '!prgi=65535', path)).printed).toBe(streamed);
    }
  });
});
