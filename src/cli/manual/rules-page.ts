import type { Rule } from '../../rules/rule.ts';
import { type Edition, ManualPage } from './roff.ts';

/** `faultlog-rules(7)`: the documentation that `faultlog explain` shows, of all rules. */
export function rulesPage(rules: readonly Rule[], edition: Edition, related: readonly string[]): string {
  const page = new ManualPage('faultlog-rules', 7, edition);
  page.section('Name').nameLine('faultlog-rules', 'what faultlog finds, and what can mislead it');
  page.section('Description').text(DESCRIPTION);
  for (const { id, name, severity, needs, docs } of rules) {
    page.section(`${id} ${name}`).text(`${docs.finds} The severity is ${severity}.`);
    page.paragraph(docs.matters).paragraph(docs.misleads);
    page.paragraph(`The capture must contain: ${needs}.`.replace(/\.\.$/, '.')).example(docs.example.split('\n'));
  }
  return page.section('See also').text(related.join(', ')).toString();
}

const DESCRIPTION =
  'A finding is certain if it holds in every way in which the answers of the capture can belong to its groups, likely if it holds in every one in which a handler answers in the order of delivery, possible if it holds in some.';
