/** XEP-0049: whatever XML a client wants kept for its owner, by the name and namespace of its root. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { AskPrivate, PRIVATE, StorePrivate } from '@plodge/xmpp/xeps/private-storage.ts'
import { Element, type Name } from '@plodge/xmpp/xml/element.ts'
import { utf8Length } from '@plodge/xmpp/xml/names.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Module } from '../routing/host.ts'
import type { Limits } from '../settings.ts'
import type { Documents, Localpart } from '../storage/repositories.ts'

const KIND = 'private'

/** What is kept elsewhere, and is private data for those who ask for it here. */
export interface KeptElsewhere extends Name {
  get(account: Account): Promise<Element | undefined>
  set(account: Account, element: Element): Promise<void>
}

export interface PrivateStorageOptions {
  readonly documents: Documents
  readonly elsewhere: readonly KeptElsewhere[]
  readonly limits: () => Pick<Limits, 'documents' | 'documentBytes'>
}

export const privateStorage = ({ documents, elsewhere, limits }: PrivateStorageOptions): Module => ({
  name: 'private-storage',
  implements: { 'XEP-0049': '1.2' },
  features: [PRIVATE],
  accountFeatures: [PRIVATE],
  install(host) {
    const keeperOf = (element: Name): KeptElsewhere | undefined =>
      elsewhere.find(({ ns, name }) => ns === element.ns && name === element.name)
    host.answer(AskPrivate, 'self', async ({ elements }, { owner, from }) => {
      const [wanted] = elements
      // §2.3: "Bad Format", which RFC 6120 knows as bad-request.
      if (!wanted || elements.length > 1) throw new StanzaError('bad-request', 'Ask for one element, by its name and namespace')
      checkNamespace(wanted)
      const keeper = keeperOf(wanted)
      if (keeper) return { elements: [(await keeper.get(from.account)) ?? new Element(wanted.ns, wanted.name)] }
      const text = await documents.get(owner, KIND, nameOf(wanted))
      return { elements: [text === undefined ? new Element(wanted.ns, wanted.name) : parse(text)] }
    })

    host.answer(StorePrivate, 'self', async ({ elements }, { owner, from }) => {
      if (elements.length === 0) throw new StanzaError('not-acceptable', 'There is nothing to keep')
      const texts = new Map<string, string | undefined>()
      for (const element of elements) {
        checkNamespace(element)
        if (texts.has(nameOf(element))) throw new StanzaError('not-acceptable', `<${element.name}/> is there twice`)
        texts.set(nameOf(element), textOf(element, limits().documentBytes))
      }
      await checkCount(documents, owner, texts, limits().documents)
      await Promise.all(
        elements.map(element => {
          const name = nameOf(element)
          return keeperOf(element)?.set(from.account, element) ?? documents.set(owner, KIND, name, texts.get(name))
        }),
      )
    })

    // §2.3: other people's data is forbidden; so is that of people who do not exist.
    host.answer(AskPrivate, 'anybody', refuse)
    host.answer(StorePrivate, 'anybody', refuse)
  },
})

const nameOf = ({ ns, name }: Name): string => `{${ns}}${name}`

function checkNamespace({ ns, name }: Name): void {
  if (ns === PRIVATE || ns === '') throw new StanzaError('not-acceptable', `<${name}/> needs a namespace of its own`)
}

/** An empty element takes no room: asking for it gives the same. */
function textOf(element: Element, most: number): string | undefined {
  if (element.children.length === 0 && Object.keys(element.attributes).length === 0) return undefined
  const text = element.toString()
  if (utf8Length(text) > most) throw new StanzaError('policy-violation', `<${element.name}/> is larger than ${most} bytes`)
  return text
}

async function checkCount(
  documents: Documents,
  owner: Localpart,
  texts: ReadonlyMap<string, string | undefined>,
  most: number,
): Promise<void> {
  const known = await documents.list(owner, KIND)
  const names = new Set(known.keys())
  const before = names.size
  for (const [name, text] of texts) if (text !== undefined) names.add(name)
  if (names.size > before && names.size > most)
    throw new StanzaError('resource-constraint', `At most ${most} elements are kept: remove some`)
}

function refuse(): never {
  throw new StanzaError('forbidden', 'This belongs to somebody else')
}
