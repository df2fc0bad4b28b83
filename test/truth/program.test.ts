import { afterAll, describe, expect, it } from 'vitest';
import { analyseFiles } from './analyse-text.ts';
import { scenarios } from './captures.ts';
import { check, groups, IS_BUILT, runProgram } from './program.ts';

/** A healthy capture, one with errors, one with warnings, one with a finding that is only possible, one without a device. */
const NAMES = ['a01', 'h02', 'v06', 'v03', 'm09'];
const chosen = scenarios().filter(({ name }) => NAMES.includes(name.slice(0, 3)));
const reason = IS_BUILT ? '' : ' (skipped: dist/ is not built)';

describe.skipIf(!IS_BUILT)(`the program says what the library says${reason}`, () => {
  for (const scenario of chosen) {
    const path = `${scenario.base}.txt`;
    it(`${scenario.folder}/${scenario.name}`, async () => {
      const library = await analyseFiles([path]);
      const result = check([path]);
      expect(result.findings).toEqual(library.findings);
      expect(groups([path])).toEqual(library.groups);
      const fails = library.findings.some(
        ({ severity, certainty }) => severity === 'error' && certainty !== 'possible',
      );
      expect(runProgram(['check', '--no-config', '--quiet', path]).status).toBe(fails ? 1 : 0);
    });
  }
  afterAll(() => {
    expect(chosen.length).toBeGreaterThanOrEqual(NAMES.length);
  });
});
