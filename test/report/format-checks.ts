import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ajvDraft04, { type AnySchemaObject } from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { XmlDocument, XmlElement, XmlLibError, XsdValidator } from 'libxml2-wasm';
import type * as Sarif from 'sarif';
import { z } from 'zod';
import { ROOT } from '../readme-blocks.ts';

/** What is wrong with a text as a format; each check reads it with a parser of that format. Empty: nothing. */
export type FormatCheck = (text: string) => readonly string[];

const MODULES = join(ROOT, 'node_modules');

/** The final SARIF 2.1.0 schema (rtm.5), which `@microsoft/jest-sarif` ships. */
function sarifSchema(): AnySchemaObject {
  const path = join(MODULES, '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  return JSON.parse(readFileSync(path, 'utf8'));
}

// One pattern of the schema (`language`) is no regular expression with the flag u.
const ajv = new ajvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile(sarifSchema());

export const sarifProblems: FormatCheck = (text) => {
  const log: Sarif.Log = JSON.parse(text);
  if (!isSarif(log)) return (isSarif.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  return codeScanningProblems(log);
};

/** What GitHub's documentation "SARIF support for code scanning" demands beyond the schema. */
function codeScanningProblems(log: Sarif.Log): string[] {
  const problems: string[] = [];
  const expectThat = (holds: boolean, what: string): void => {
    if (!holds) problems.push(what);
  };
  expectThat((log.$schema ?? '').includes('sarif-2.1.0'), '$schema does not name 2.1.0');
  expectThat(log.runs.length === 1, 'not one run');
  for (const { tool, results = [], artifacts = [] } of log.runs) {
    const rules = tool.driver.rules ?? [];
    for (const { id, name, shortDescription, fullDescription, help, defaultConfiguration } of rules) {
      for (const [what, text] of Object.entries({ shortDescription, fullDescription })) {
        expectThat(text !== undefined && text.text.length > 0 && text.text.length <= 1024, `${id}: ${what}`);
      }
      expectThat((help?.text ?? '') !== '' && (help?.markdown ?? '') !== '', `${id}: help`);
      expectThat(defaultConfiguration?.level !== undefined && (name ?? '').length <= 255, `${id}: level or name`);
    }
    const found = new Set(results.map(({ ruleId }) => ruleId));
    for (const { id, properties } of rules) {
      const precision = propertyOf(properties, 'precision');
      const isKnown = ['very-high', 'high', 'medium', 'low'].includes(String(precision));
      expectThat(isKnown || (precision === undefined && !found.has(id)), `${id}: precision`);
    }
    expectThat(results.length <= 5_000, `${results.length} results`);
    for (const [index, result] of results.entries()) {
      const { ruleId, ruleIndex = -1, level, message, locations = [], relatedLocations = [], codeFlows = [] } = result;
      const at = `results/${index}`;
      expectThat(ruleId !== undefined && rules[ruleIndex]?.id === ruleId, `${at}: ruleIndex is not that of the rule`);
      expectThat(level === 'error' || level === 'warning' || level === 'note', `${at}: level`);
      expectThat((message.text ?? '') !== '', `${at}: message`);
      expectThat(locations.length === 1, `${at}: not one location`);
      expectThat(
        /^[0-9a-f]+:\d+$/.test(result.partialFingerprints?.primaryLocationLineHash ?? ''),
        `${at}: fingerprint`,
      );
      expectThat(!('security-severity' in (result.properties ?? {})), `${at}: security-severity`);
      expectThat(
        ['very-high', 'high', 'medium', 'low'].includes(String(propertyOf(result.properties, 'precision'))),
        `${at}: precision`,
      );
      const steps = codeFlows.flatMap(({ threadFlows }) => threadFlows.flatMap((flow) => flow.locations));
      const all = [...locations, ...relatedLocations, ...steps.flatMap(({ location }) => location ?? [])];
      expectThat(
        steps.every(({ location }) => location !== undefined),
        `${at}: a step without a location`,
      );
      for (const location of all) problems.push(...locationProblems(location, at));
      for (const { physicalLocation } of [...relatedLocations, ...steps.flatMap(({ location }) => location ?? [])]) {
        const { index: artifact = -1, uri } = physicalLocation?.artifactLocation ?? {};
        expectThat(artifacts[artifact]?.location?.uri === uri, `${at}: artifact index`);
      }
      const links = [...(message.text ?? '').matchAll(/(?<!\\)\]\((\d+)\)/g)].map(([, target]) => Number(target));
      expectThat(
        relatedLocations.map(({ id }) => id).join() === links.join(),
        `${at}: links ${links.join()} are not the related locations`,
      );
    }
  }
  return problems;
}

function locationProblems({ physicalLocation }: Sarif.Location, at: string): string[] {
  const uri = physicalLocation?.artifactLocation?.uri ?? '';
  const { startLine = 0, startColumn = 0 } = physicalLocation?.region ?? {};
  const isRelative = uri !== '' && !/^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(uri) && !uri.split('/').includes('..');
  // A base shows whether the reference stays a path: no query, no fragment, no host.
  const { host, search, hash } = new URL(uri, 'http://base/');
  const isPath = host === 'base' && search === '' && hash === '';
  const problems = isRelative && isPath ? [] : [`${at}: uri ${uri} is not relative`];
  if (!(Number.isInteger(startLine) && startLine >= 1 && startColumn >= 1)) problems.push(`${at}: region`);
  return problems;
}

function propertyOf(bag: object | undefined, name: string): unknown {
  return Object.entries(bag ?? {}).find(([key]) => key === name)?.[1];
}

/** The schema of Ant's JUnit task by Windy Road (Apache-2.0), which `junit-xml` ships inside its own test. */
function junitXsd(): string {
  const text = readFileSync(join(MODULES, 'junit-xml/src/index.test.ts'), 'utf8');
  const schema = /const antJunitSchema = '(.*)';/.exec(text)?.[1];
  if (schema === undefined) throw new Error('junit-xml has no schema any more');
  return schema;
}

const junitSchema = XsdValidator.fromDoc(XmlDocument.fromString(junitXsd()));

export const junitProblems: FormatCheck = (text) => {
  let document: XmlDocument | undefined;
  try {
    document = XmlDocument.fromString(text);
    junitSchema.validate(document);
    return document.find('/testsuites/testsuite').flatMap((suite) => countProblems(suite));
  } catch (error) {
    if (error instanceof XmlLibError) return [error.message];
    throw error;
  } finally {
    document?.dispose();
  }
};

/** The attributes of a suite say how many cases, failures and errors it has; the schema does not compare them. */
function countProblems(suite: ReturnType<XmlDocument['find']>[number]): readonly string[] {
  if (!(suite instanceof XmlElement)) return ['a suite that is no element'];
  const counted = { tests: 'testcase', failures: 'testcase/failure', errors: 'testcase/error' };
  return Object.entries(counted).flatMap(([name, path]) => {
    const stated = suite.attr(name)?.value;
    const found = suite.find(path).length;
    return stated === String(found) ? [] : [`${name} is ${stated}, not ${found}`];
  });
}

/**
 * GitLab's documentation "Code Quality report format": one array, these members, each fingerprint once. GitLab's own validator
 * (app/validators/json_schemas/codeclimate.json) asks for less: text as description, fingerprint and severity, and a location.
 */
const gitlabSchema = z.array(
  z.strictObject({
    description: z.string().min(1),
    check_name: z.string().min(1),
    fingerprint: z.string().min(1),
    severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
    location: z.strictObject({
      path: z.string().regex(/^(?!\.?\/)(?!.*\.\.\/)./s),
      lines: z.strictObject({ begin: z.int().positive() }),
    }),
  }),
);

export const gitlabProblems: FormatCheck = (text) => {
  const { data = [], error } = gitlabSchema.safeParse(JSON.parse(text));
  if (error !== undefined) return error.issues.map(({ path, message }) => `${path.join('/')} ${message}`);
  const seen = new Set(data.map(({ fingerprint }) => fingerprint));
  return seen.size === data.length ? [] : ['a fingerprint is there twice'];
};
