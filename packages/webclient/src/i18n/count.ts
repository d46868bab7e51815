/** Numbers and lists in sentences, by the rules of a language: Arabic has six forms where English has two. */

type Forms = { readonly other: string } & Partial<Readonly<Record<Intl.LDMLPluralRule, string>>>

export interface Counting {
  /** The form for that many; `#` in it is the number. */
  readonly plural: (count: number, forms: Forms) => string
  readonly list: (things: readonly string[]) => string
}

export function counting(locale: string): Counting {
  const rules = new Intl.PluralRules(locale)
  const numbers = new Intl.NumberFormat(locale)
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  return {
    plural: (count, forms) => (forms[rules.select(count)] ?? forms.other).replace('#', numbers.format(count)),
    list: things => lists.format(things),
  }
}
