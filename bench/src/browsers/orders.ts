/** What the browsers may be told to do. */

export type BrowserOrder =
  | {
      readonly kind: 'come'
      readonly count: number
      readonly port: number
      readonly certificate: string
      readonly kid: string
      readonly signingKey: string
    }
  | { readonly kind: 'talk'; readonly pairs: number; readonly seconds: number }
  | { readonly kind: 'expect' }
  | { readonly kind: 'back' }
  | { readonly kind: 'leave' }
