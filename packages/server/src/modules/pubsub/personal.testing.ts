/** Romeo and Juliet with personal eventing, and what their clients say: for tests. */
import { testSettings } from '@plodge/testkit/settings.ts'
import { createHash } from 'node:crypto'
import type { Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { testLimits } from '@plodge/testkit/settings.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { town, type TownParts } from '@plodge/testkit/town.ts'
import { verificationString } from '@plodge/xmpp/xeps/caps.ts'
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import { type Pubsub, pubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { mayAsk } from '../../accounts/may-ask.ts'
import { OwnNodes } from '../../pubsub/own-nodes.ts'
import { Shelves } from '../../pubsub/shelves.ts'
import type { Limits } from '../../settings.ts'
import { blocking } from '../blocking/blocking.ts'
import { disco } from '../disco/disco.ts'
import { personalEventing } from './personal.ts'

export const TUNE = 'http://jabber.org/protocol/tune'
export const tune = (title: string): string => `<tune xmlns='${TUNE}'><title>${title}</title></tune>`

export async function friends(limits: Partial<Limits> = {}) {
  let shown: (owner: Account, to: Jid) => void = () => {}
  const modules = ({ host, store, rosters, show }: TownParts) => {
    const personal = personalEventing({
      shelves: new Shelves(store.nodes),
      rosters,
      nodes: new OwnNodes(),
      limits: () => testLimits(limits),
    })
    shown = personal.shown
    return [
      personal,
      blocking({ documents: store.documents, rosters, show, mostAddresses: () => 10, audit: store.audit }),
      disco({ mayAsk: mayAsk(host.people, rosters), settings: () => testSettings() }),
    ]
  }
  const parts = town({ modules, shown: (owner, to) => shown(owner, to) })
  await parts.befriend('romeo', 'juliet')
  return { ...parts, romeo: parts.client('romeo/orchard'), juliet: parts.client('juliet/balcony') }
}

export const publishing = (node: string, payload: string, id = 'current', options?: DataForm): Pubsub =>
  pubsub({
    publish: { node, items: [{ id, publisher: undefined, payloads: [parse(payload)] }] },
    publishOptions: options && { form: options },
  })
export const itemsOf = (node: string, max?: number): Pubsub => pubsub({ items: { node, max, subid: undefined, items: [] } })
export const optionsOf = (fields: Readonly<Record<string, string>>): DataForm =>
  namedForm(
    'submit',
    'http://jabber.org/protocol/pubsub#publish-options',
    Object.entries(fields).map(([name, value]) => formField(`pubsub#${name}`, { values: [value] })),
  )
export const titles = (stanzas: readonly string[]): string[] => stanzas.flatMap(stanza => /<title>(.*)<\/title>/.exec(stanza)?.[1] ?? [])

const infoOf = (nodes: readonly string[]): DiscoInfo => ({
  node: undefined,
  identities: [{ category: 'client', type: 'pc', name: 'Quill', lang: undefined }],
  features: nodes.map(node => `${node}+notify`),
  forms: [],
})
/** How the presence of a client says what it wants to hear of. */
export const capsOf = (nodes: readonly string[]): string =>
  `<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='q' ver='${hashOf(infoOf(nodes))}'/>`
const hashOf = (info: DiscoInfo): string => createHash('sha1').update(verificationString(info)).digest('base64')

const questionTo = ({ inbox }: TownClient): string | undefined => inbox.find(stanza => stanza.includes('disco#info'))
export const isAsked = (client: TownClient): boolean => questionTo(client) !== undefined

/** Answers the question what it is, if it was asked. */
export async function answersAbout(client: TownClient, nodes: readonly string[]): Promise<boolean> {
  const question = questionTo(client)
  if (question === undefined) return false
  client.inbox.splice(client.inbox.indexOf(question), 1)
  const [, id] = /id='([^']*)'/.exec(question) ?? []
  const [, node] = /node='([^']*)'/.exec(question) ?? []
  await client.says(`<iq type='result' to='chat.cam.ac.uk' id='${id}'>${DiscoInfo.write({ ...infoOf(nodes), node }).toString()}</iq>`)
  return true
}

/** Becomes available and says what it wants to hear of; true when it was asked what it is, and answered. */
export async function comesWanting(client: TownClient, nodes: readonly string[], says: readonly string[] = nodes): Promise<boolean> {
  const coming = client.says(`<presence>${capsOf(nodes)}</presence>`)
  await new Promise(setImmediate)
  const wasAsked = await answersAbout(client, says)
  await coming
  return wasAsked
}
