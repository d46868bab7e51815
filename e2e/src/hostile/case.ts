/** One hostile input and what the specification says must come of it. */
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import type { Line } from '../client/line.ts'
import type { Stage } from './stages.ts'

export interface Case {
  readonly name: string
  readonly stage: Stage
  /** What is sent at once; of several pieces each is one write. */
  readonly send: string | Uint8Array | readonly (string | Uint8Array)[]
  /** Of several, one after the other. */
  readonly expect: Expected | readonly Expected[]
}

/** What the server must answer in the end; after a stream error it must also close. */
export type Expected =
  | { readonly stream: string; readonly detail?: string }
  | { readonly sasl: string }
  | { readonly stanza: string; readonly type: string }
  /** Any other element, by name and the name of its first child. */
  | { readonly element: string; readonly child?: string }
  /** The stream closes without an error. */
  | { readonly closes: true }

/** What did come, in the same words. */
export async function outcomeOf(line: Line): Promise<Expected> {
  for (;;) {
    const event = await line.next(8000)
    if (!event || event.kind === 'close') return { closes: true }
    if (event.kind !== 'element') continue
    const { element } = event
    if (element.name === 'error') return streamError(element, line)
    const names = element.children.map(({ name }) => name)
    if (element.name === 'failure') return { sasl: names[0] ?? '' }
    if (element.attribute('type') === 'error') return stanzaError(element)
    if (element.name === 'features') continue
    return names[0] === undefined ? { element: element.name } : { element: element.name, child: names[0] }
  }
}

async function streamError({ children }: RawElement, line: Line): Promise<Expected> {
  // RFC 6120 §4.9.1.1: a stream error is the end of the stream, and of the connection.
  await line.gone()
  const [condition, ...rest] = children.map(({ name }) => name).filter(name => name !== 'text')
  return rest[0] === undefined ? { stream: condition ?? '' } : { stream: condition ?? '', detail: rest[0] }
}

function stanzaError({ payload }: RawElement): Expected {
  const found = /<error type='(\w+)'[^>]*>\s*<([\w-]+) /.exec(payload.slice(payload.lastIndexOf('<error')))
  return { stanza: found?.[2] ?? payload, type: found?.[1] ?? '' }
}
