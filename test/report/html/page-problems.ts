import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.Document;

/** Attributes that make a browser load something. */
const LOADING = ['src', 'srcset', 'data', 'action', 'formaction', 'poster', 'background', 'xlink:href'];

/** What a browser, a screen reader or a policy would take ill in a page; empty for a good one. */
export function pageProblems(page: string): readonly string[] {
  const problems: string[] = [];
  const document = parse(page, { onParseError: ({ code, startLine }) => problems.push(`line ${startLine}: ${code}`) });
  const all = [...elementsOf(document)];
  const ids = new Set<string>();
  for (const element of all) {
    const id = attribute(element, 'id');
    if (id === undefined) continue;
    if (ids.has(id)) problems.push(`two elements with the id ${id}`);
    ids.add(id);
  }
  for (const element of all) problems.push(...elementProblems(element, ids));
  problems.push(...headingProblems(all));
  for (const [name, count] of [
    ['h1', 1],
    ['main', 1],
    ['nav', 1],
    ['style', 1],
    ['title', 1],
    ['script', 0],
  ] as const) {
    const found = all.filter((element) => element.tagName === name && element.namespaceURI.endsWith('xhtml')).length;
    if (found !== count) problems.push(`${found} elements ${name}`);
  }
  return problems;
}

/** All text that a reader sees, without style and title. */
export function visibleText(page: string): string {
  const texts = [...elementsOf(parse(page))].flatMap((element) =>
    ['style', 'title'].includes(element.tagName)
      ? []
      : element.childNodes.flatMap((node) => ('value' in node ? node.value : [])),
  );
  return texts.join(' ');
}

/** Elements of a name, from the top of the page. */
export function elementsNamed(page: string, name: string): readonly Element[] {
  return [...elementsOf(parse(page))].filter(({ tagName }) => tagName === name);
}

export function attribute({ attrs }: Element, name: string): string | undefined {
  return attrs.find((each) => each.name === name)?.value;
}

function elementProblems(element: Element, ids: ReadonlySet<string>): string[] {
  const { tagName, attrs } = element;
  const problems: string[] = [];
  for (const { name, value } of attrs) {
    if (name.startsWith('on') || name === 'style' || LOADING.includes(name)) problems.push(`${tagName} has ${name}`);
    if (name === 'href' && !(value.startsWith('#') && ids.has(value.slice(1)))) problems.push(`href ${value}`);
    if (name === 'fill' && value.startsWith('url(') && !ids.has(value.slice(5, -1))) problems.push(`fill ${value}`);
    if (name === 'aria-labelledby' && !ids.has(value)) problems.push(`aria-labelledby ${value}`);
    if (/^(?:x|y|x1|x2|width|height|d|points|viewBox)$/.test(name) && /NaN|Infinity|undefined/.test(value)) {
      problems.push(`${tagName} has ${name}="${value.slice(0, 40)}"`);
    }
  }
  const children = element.childNodes.flatMap((node) => ('tagName' in node ? node.tagName : []));
  const isNamed = attribute(element, 'aria-label') !== undefined || attribute(element, 'aria-labelledby') !== undefined;
  const isHidden = attribute(element, 'aria-hidden') === 'true';
  if (tagName === 'table' && children[0] !== 'caption') problems.push('a table without caption');
  if (tagName === 'th' && attribute(element, 'scope') === undefined) problems.push('a th without scope');
  if (tagName === 'details' && children[0] !== 'summary') problems.push('details without summary');
  if (tagName === 'figure' && !children.includes('figcaption')) problems.push('a figure without caption');
  if (tagName === 'svg' && !isHidden && !(attribute(element, 'role') === 'img' && isNamed)) {
    problems.push('a drawing without text');
  }
  const needsName = ['section', 'article', 'nav'].includes(tagName) || attribute(element, 'role') === 'group';
  if (needsName && !isNamed) problems.push(`${tagName} without a name`);
  return problems;
}

function headingProblems(all: readonly Element[]): string[] {
  const problems: string[] = [];
  let level = 0;
  for (const { tagName } of all) {
    const found = /^h([1-6])$/.exec(tagName)?.[1];
    if (found === undefined) continue;
    if (Number(found) > level + 1) problems.push(`h${found} below h${level}`);
    level = Number(found);
  }
  return problems;
}

function* elementsOf(node: Node): Generator<Element> {
  if ('tagName' in node) yield node;
  if (!('childNodes' in node)) return;
  for (const child of node.childNodes) yield* elementsOf(child);
}
