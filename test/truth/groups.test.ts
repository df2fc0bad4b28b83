import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyseFiles } from './analyse-text.ts';
import { scenarios, traceFiles, truthOf, visibilityOf } from './captures.ts';
import { compareGroups } from './compare-groups.ts';

/** The mock device keeps no log of its own. */
const withLog = scenarios().filter((scenario) => scenario.folder !== 'pri-mock-iommufd-7.2.13');

describe('groups agree with the log of the device', () => {
  for (const scenario of withLog) {
    for (const path of traceFiles(scenario)) {
      it(`${scenario.folder}/${basename(path)}`, async () => {
        const { groups } = await analyseFiles([path]);
        expect(compareGroups(truthOf(scenario), groups, visibilityOf(scenario, path))).toEqual([]);
      });
    }
  }
});
