/** What became of an operator's command. */
export type Outcome<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'refused'; readonly why: string }
