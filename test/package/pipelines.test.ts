import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { blocksOf, ROOT } from '../readme-blocks.ts';
import { environment, whyOffline } from './npm.ts';
import { pack } from './packed.ts';

const ORDERLY = join(ROOT, 'fixtures/pri/pri-intel-sva-7.2.13/a01-normal-groups.txt');
const FAULTY = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');

const workflowSchema = z.object({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.object({
      steps: z.array(
        z.union([
          z.strictObject({ run: z.string() }),
          z.strictObject({
            uses: z.string().regex(/^[\w-]+\/[\w/-]+@v\d+$/),
            if: z.exactOptional(z.string()),
            with: z.exactOptional(z.record(z.string(), z.union([z.string(), z.number()]))),
          }),
        ]),
      ),
    }),
  ),
});
const pipelineSchema = z.record(
  z.string(),
  z.object({
    image: z.string(),
    script: z.array(z.string()),
    artifacts: z.object({ when: z.literal('always'), reports: z.record(z.string(), z.string()) }),
  }),
);

const [github = '', gitlab = ''] = blocksOf(readFileSync(join(ROOT, 'README.md'), 'utf8'), 'yaml');
const workflow = workflowSchema.parse(parse(github));
const pipeline = pipelineSchema.parse(parse(gitlab));

const offline = whyOffline();
const skipped = offline === undefined ? '' : ` (skipped: ${offline})`;
const folder = mkdtempSync(join(tmpdir(), 'faultlog-pipelines-'));
afterAll(() => rmSync(folder, { recursive: true }));

let tarball = '';
/** A baseline of nothing. */
const none = join(folder, 'none.json');
/** The same bug, recorded a minute later, with a line more in front. */
const later = join(folder, 'later.txt');
beforeAll(() => {
  tarball = pack(folder).tarball;
  const shifted = readFileSync(FAULTY, 'utf8').replaceAll(
    / (\d+)(\.\d{6}: )/g,
    (_, seconds, rest) => ` ${Number(seconds) + 60}${rest}`,
  );
  writeFileSync(later, `# recorded again\n${shifted}`);
  if (offline !== undefined) return;
  const cwd = clone(ORDERLY);
  expect(baselineOf(cwd)).toMatchObject({ status: 0 });
  copyFileSync(join(cwd, 'faults.baseline.json'), none);
});

/** A fresh clone of a project whose test records `capture`. */
function clone(capture: string): string {
  const cwd = mkdtempSync(join(folder, 'clone-'));
  mkdirSync(join(cwd, 'test'));
  copyFileSync(capture, join(cwd, 'test/recorded.txt'));
  const script = join(cwd, 'test/record-faults.sh');
  writeFileSync(script, '#!/bin/sh\ncp test/recorded.txt "$1"\n');
  chmodSync(script, 0o755);
  return cwd;
}

interface Outcome {
  readonly status: number;
  readonly stdout: string;
}

/** Runs the commands as a runner does: each in a shell of its own, until one fails. The package comes from its tarball. */
function runAll(commands: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Outcome {
  let stdout = '';
  for (const command of commands) {
    const local = command.replaceAll(
      `npx --yes faultlog@${manifest.version}`,
      `npx --yes --package=${tarball} -- faultlog`,
    );
    const run = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', local], {
      cwd,
      env: {
        ...environment(process.execPath),
        npm_config_cache: join(folder, 'cache'),
        ...env,
      },
      encoding: 'utf8',
      timeout: 120_000,
    });
    stdout += run.stdout;
    if (run.status !== 0) return { status: run.status ?? -1, stdout };
  }
  return { status: 0, stdout };
}

function baselineOf(cwd: string): Outcome {
  return runAll(
    [
      'test/record-faults.sh trace.txt',
      `npx --yes faultlog@${manifest.version} check --exit-zero --write-baseline faults.baseline.json trace.txt`,
    ],
    cwd,
    {},
  );
}

describe.skipIf(offline !== undefined)(`README's workflow of GitHub Actions${skipped}`, () => {
  const [job] = Object.values(workflow.jobs);
  const steps = job?.steps ?? [];
  const commands = steps.flatMap((step) => ('run' in step ? [step.run] : []));

  function act(capture: string, prepare: (cwd: string) => void = () => undefined) {
    const cwd = clone(capture);
    copyFileSync(none, join(cwd, 'faults.baseline.json'));
    prepare(cwd);
    const summary = join(cwd, 'summary.md');
    writeFileSync(summary, '');
    const outcome = runAll(commands, cwd, { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
    return { ...outcome, cwd, summary: readFileSync(summary, 'utf8') };
  }

  test('runs on a Node that is supported, and may upload what it writes', () => {
    const uses = steps.flatMap((step) => ('uses' in step ? [step] : []));
    expect(uses.map((step) => step.uses.split('@')[0])).toEqual([
      'actions/checkout',
      'actions/setup-node',
      'github/codeql-action/upload-sarif',
    ]);
    expect(uses[1]?.with).toEqual({ 'node-version': 24 });
    expect(uses[2]).toMatchObject({ if: 'success() || failure()', with: { sarif_file: 'faults.sarif' } });
    expect(workflow.permissions).toEqual({ contents: 'read', 'security-events': 'write' });
  });

  test('an orderly recording: the job is green', () => {
    const { status, stdout, summary, cwd } = act(ORDERLY);
    expect(status).toBe(0);
    expect(stdout).toMatch(/No error in \d+ page-request groups/);
    expect(stdout).not.toContain('::error');
    expect(summary).toContain('No error');
    expect(existsSync(join(cwd, 'faults.sarif'))).toBe(true);
  });

  test('a bug: the job is red, with annotations, a summary and SARIF at the test', () => {
    const { status, stdout, summary, cwd } = act(FAULTY);
    expect(status).toBe(1);
    expect(stdout).toContain('FL102');
    expect(summary).toContain('FL102');
    const sarif: unknown = JSON.parse(readFileSync(join(cwd, 'faults.sarif'), 'utf8'));
    expect(sarif).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          results: expect.arrayContaining([
            expect.objectContaining({
              ruleId: 'FL102',
              locations: [
                { physicalLocation: expect.objectContaining({ artifactLocation: { uri: 'test/record-faults.sh' } }) },
              ],
            }),
          ]),
        },
      ],
    });
  });

  test('a bug that the baseline knows, recorded again: the job is green', () => {
    const { status } = act(later, (cwd) => {
      const known = clone(FAULTY);
      expect(baselineOf(known).status).toBe(0);
      copyFileSync(join(known, 'faults.baseline.json'), join(cwd, 'faults.baseline.json'));
    });
    expect(status).toBe(0);
  });
});

describe.skipIf(offline !== undefined)(`README's job of GitLab${skipped}`, () => {
  const [job] = Object.values(pipeline);
  const reports = job?.artifacts.reports ?? {};

  function act(capture: string) {
    const cwd = clone(capture);
    copyFileSync(none, join(cwd, 'faults.baseline.json'));
    const outcome = runAll(job?.script ?? [], cwd, { CI: 'true', GITLAB_CI: 'true' });
    return { ...outcome, report: (name: string) => readFileSync(join(cwd, reports[name] ?? ''), 'utf8') };
  }

  test('its image has a Node that is supported', () => {
    expect(job?.image).toBe('node:24');
    expect(Object.keys(reports).sort()).toEqual(['codequality', 'junit']);
  });

  test('an orderly recording: the job is green, both reports are there', () => {
    const { status, report } = act(ORDERLY);
    expect(status).toBe(0);
    const issues = z.array(z.object({ severity: z.string() })).parse(JSON.parse(report('codequality')));
    expect(issues.filter(({ severity }) => severity === 'critical' || severity === 'blocker')).toEqual([]);
    expect(report('junit')).toMatch(/<testsuite [^>]*failures="0"/);
  });

  test('a bug: the job is red, both reports have it', () => {
    const { status, report } = act(FAULTY);
    expect(status).toBe(1);
    expect(report('codequality')).toContain('"check_name":"FL102"');
    expect(report('junit')).toMatch(/<testsuite [^>]*failures="1"/);
  });
});
