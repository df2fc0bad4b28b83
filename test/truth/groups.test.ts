import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scenarios, traceFiles, truthOf, visibilityOf } from './captures.ts';
import { compareGroups } from './compare-groups.ts';
import { groups } from './program.ts';

/** The mock device keeps no log of its own. */
const withLog = scenarios().filter((scenario) => scenario.folder !== 'pri-mock-iommufd-7.2.13');

describe('groups agree with the log of the device', () => {
  for (const scenario of withLog) {
    for (const path of traceFiles(scenario)) {
      it(`${scenario.folder}/${basename(path)}`, () => {
        expect(compareGroups(truthOf(scenario), groups([path]), visibilityOf(scenario, path))).toEqual([]);
      });
    }
  }
});
