/** What the reducer wants done outside of it. */
export type Effect =
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'mouse'; readonly isOn: boolean }
  | { readonly kind: 'copy'; readonly row: number }
  | { readonly kind: 'search'; readonly step: 1 | -1 }
  | { readonly kind: 'stop-search' }
  | { readonly kind: 'save'; readonly path: string };
