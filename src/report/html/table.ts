import { type Content, html, type Markup } from './markup.ts';

/** What may be wider than a small screen scrolls by itself, also with the keyboard. */
export function scrolled(label: string, content: Markup): Markup {
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${label}">${content}</div>`;
}

export interface Column {
  readonly name: string;
  readonly isNumber?: true;
}

/** A table whose first cell of each row names it. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Content[])[]): Markup {
  const head = columns.map(({ name, isNumber }) => html`<th scope="col"${classOf(isNumber)}>${name}</th>`);
  const body = rows.map((cells) => {
    const drawn = cells.map((cell, index) => {
      const kind = classOf(columns[index]?.isNumber);
      return index === 0 ? html`<th scope="row"${kind}>${cell}</th>` : html`<td${kind}>${cell}</td>`;
    });
    return html`<tr>${drawn}</tr>`;
  });
  return scrolled(
    caption,
    html`<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`,
  );
}

/** What a bound leaves out is said where it would stand. */
export function leftOut(text: string): Markup {
  return html`<p class="left-out">… and ${text}</p>`;
}

function classOf(isNumber: true | undefined): Markup {
  return isNumber === true ? html` class="number"` : html``;
}
