/** What a site asks a Ucam-WebAuth sign-on server (§4.1 of the protocol's description): the parameters of the request, read strictly. */

export interface Question {
  readonly ver: '1' | '2' | '3'
  readonly url: URL
  readonly desc: string
  readonly msg: string
  readonly aauth: readonly string[]
  readonly iact: 'yes' | 'no' | ''
  readonly params: string
  readonly mayGoBack: boolean
}

export type Reading =
  | { readonly kind: 'question'; readonly question: Question }
  /** With the status that the protocol has for it; without an address to go back to the server shows it itself. */
  | { readonly kind: 'wrong'; readonly status: '520' | '530'; readonly back: URL | undefined }

const KNOWN = new Set(['ver', 'url', 'desc', 'aauth', 'iact', 'msg', 'params', 'date', 'skew', 'fail'])
const PRINTABLE = /^[ -~]*$/

export function readQuestion(query: string): Reading {
  const given = new URLSearchParams(query.replaceAll(';', '&'))
  const names = [...given.keys()]
  const value = (name: string): string => given.get(name) ?? ''
  const url = URL.parse(value('url'))
  const mayGoBack = value('fail') !== 'yes'
  const back = url && /^https?:$/.test(url.protocol) ? url : undefined
  const wrong = (status: '520' | '530'): Reading => ({ kind: 'wrong', status, back: mayGoBack ? back : undefined })
  const [ver, iact] = [value('ver'), value('iact')]
  if (ver !== '1' && ver !== '2' && ver !== '3') return wrong(/^\d+$/.test(ver) ? '520' : '530')
  if (!back || new Set(names).size < names.length || names.some(name => !KNOWN.has(name))) return wrong('530')
  if (iact !== 'yes' && iact !== 'no' && iact !== '') return wrong('530')
  if (![value('desc'), value('msg'), value('params')].every(text => PRINTABLE.test(text))) return wrong('530')
  const aauth = value('aauth').split(',').filter(Boolean)
  return {
    kind: 'question',
    question: { ver, url: back, desc: value('desc'), msg: value('msg'), aauth, iact, params: value('params'), mayGoBack },
  }
}
