import { expect, test } from 'vitest';
import { captureSets } from '../../src/fleet/capture-sets.ts';

/** Sets of these files, as `host capture: lane=path …`. */
function setsOf(...paths: readonly string[]): readonly string[] {
  const files = paths.map((path) => ({ parts: path.split('/'), path, bytes: 1 }));
  return captureSets(files, 'source').map(({ host, capture, inputs, owners, config }) => {
    const named = inputs.map(
      ({ lane, laneName, path }) => `${lane}${laneName === undefined ? '' : `:${laneName}`}=${path}`,
    );
    const extra = [...(owners === undefined ? [] : ['owners']), ...(config === undefined ? [] : ['config'])];
    return `${host} ${capture}: ${[...named, ...extra].join(' ')}`;
  });
}

test('each file of a folder is a capture, the folder is the host', () => {
  expect(setsOf('h1/a.txt', 'h1/b.dat', 'h2/a.txt.gz')).toEqual([
    'h1 a.txt: host=h1/a.txt',
    'h1 b.dat: host=h1/b.dat',
    'h2 a.txt.gz: host=h2/a.txt.gz',
  ]);
});

test('files without a folder belong to the source', () => {
  expect(setsOf('a.txt')).toEqual(['source a.txt: host=a.txt']);
});

test('folders in the way of Parquet name host and capture', () => {
  expect(setsOf('host=h1/capture=c1/trace.txt')).toEqual(['h1 c1/trace.txt: host=host=h1/capture=c1/trace.txt']);
});

test('a folder with files named after lanes is one capture', () => {
  expect(setsOf('h1/c/guest-vm3.txt', 'h1/c/host.dat', 'h1/c/kern.log', 'h1/c/vmm.log')).toEqual([
    'h1 c: guest:vm3=h1/c/guest-vm3.txt host=h1/c/host.dat host=h1/c/kern.log vmm=h1/c/vmm.log',
  ]);
  expect(setsOf('h1/hostile.txt', 'h1/guests.txt')).toEqual([
    'h1 hostile.txt: host=h1/hostile.txt',
    'h1 guests.txt: host=h1/guests.txt',
  ]);
});

test('so is one with owners or a configuration', () => {
  expect(setsOf('h1/a.txt', 'h1/b.txt', 'h1/faultlog.config.json', 'h1/owners.csv')).toEqual([
    'h1 h1: host=h1/a.txt host=h1/b.txt owners config',
  ]);
});

test('the parts of a rotated log are one capture', () => {
  expect(setsOf('h1/kern.log', 'h1/kern.log.1', 'h1/kern.log.2.gz', 'h1/trace.1')).toEqual([
    'h1 kern.log: host=h1/kern.log host=h1/kern.log.1 host=h1/kern.log.2.gz',
    'h1 trace.1: host=h1/trace.1',
  ]);
});

test('a kernel log goes with the one trace of its name', () => {
  expect(setsOf('h1/a.dmesg.txt', 'h1/a.txt', 'h1/b.dat', 'h1/b.dmesg', 'h1/b.txt')).toEqual([
    'h1 a.txt: host=h1/a.dmesg.txt host=h1/a.txt',
    'h1 b.dat: host=h1/b.dat',
    'h1 b.dmesg: host=h1/b.dmesg',
    'h1 b.txt: host=h1/b.txt',
  ]);
});

test('what is no capture is left alone', () => {
  expect(setsOf('h1/.hidden', 'h1/MANIFEST.md', 'h1/README', 'h1/plan.jsonl', 'h1/shot.png')).toEqual([]);
});
