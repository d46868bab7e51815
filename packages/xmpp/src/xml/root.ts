/** The root element of a stream: open for as long as the stream is. */
import type { Scope } from './parse.ts'

export interface Root {
  readonly name: string
  readonly scope: Scope
}

/** As nearly every client begins its stream: what all have in common is kept once. */
const USUAL: Root = {
  name: 'stream:stream',
  scope: { ns: 'jabber:client', prefixes: new Map([['stream', 'http://etherx.jabber.org/streams']]) },
}
const isUsual = (name: string, { ns, prefixes }: Scope): boolean =>
  name === USUAL.name && ns === USUAL.scope.ns && prefixes.size === 1 && prefixes.get('stream') === USUAL.scope.prefixes.get('stream')

export const rootOf = (name: string, scope: Scope): Root => (isUsual(name, scope) ? USUAL : { name, scope })
