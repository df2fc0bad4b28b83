/** What outputs count. */
const NOUNS =
  'line|event|group|page-request group|answer|request|finding|gap|input|error|warning|note|fault|message|observation|task|host|capture|boot|step|row|rule|device|place|byte|entr|record|range|element|consequence|lane|cell|occurrence';
const BETWEEN = '(?:(?:more|further|new|known|other|sealed|delivered|page|unread|unrecoverable) )*';
const SINGULAR = `${BETWEEN}(?:${NOUNS})(?:y|)`;
const PLURAL = `${BETWEEN}(?:${NOUNS})(?:ie|)s`;
/** Not a part of a name, a time, a place or a version. */
const ALONE = '(?<![\\w.,:#/+-])';

const WRONG: readonly RegExp[] = [
  new RegExp(`${ALONE}1 ${PLURAL}\\b`, 'g'),
  new RegExp(`${ALONE}(?:0|[2-9]|[1-9]\\d+) ${SINGULAR}\\b(?!-)`, 'g'),
  new RegExp(`${ALONE}1 ${SINGULAR} (?:that |which )?(?:are|were|have|name)\\b`, 'g'),
  new RegExp(`${ALONE}(?:0|[2-9]|[1-9]\\d+) ${PLURAL} (?:that |which )?(?:is|was|has|names)\\b`, 'g'),
  new RegExp(`${ALONE}1 more \\w+ that (?:are|were)\\b`, 'g'),
  new RegExp(`${ALONE}1 (?:are|were) `, 'g'),
  /\b1 answer [^.;]* whose requests\b/g,
];

/** Where a word does not go with the number before it, with what stands around it. */
export function grammarProblems(text: string): readonly string[] {
  return WRONG.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => {
      return `${found}: ${text.slice(Math.max(0, index - 30), index + found.length + 30).replaceAll('\n', '⏎')}`;
    }),
  );
}
