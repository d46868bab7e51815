/** XEP-0065: a proxy where two devices meet that cannot reach each other, so that a file still gets from one to the other. */
import { createHash } from 'node:crypto'
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Activate, AskStreamHost, BYTESTREAMS } from '@plodge/xmpp/xeps/bytestreams.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { Meetings } from './meetings.ts'

const LONGEST_SID = 1024

export interface ProxyOptions {
  readonly domain: Account
  readonly meetings: Meetings
  /** Where devices reach it; undefined while it does not listen. */
  readonly place: () => { readonly host: string; readonly port: number } | undefined
}

export const proxy = ({ domain, meetings, place }: ProxyOptions): Module => ({
  name: 'proxy',
  implements: { 'XEP-0065': '1.8.2' },
  install(host) {
    const service = host.serve({
      domain,
      identity: { category: 'proxy', type: 'bytestreams', name: 'File Transfer Relay' },
      features: [BYTESTREAMS],
    })
    service.answer(AskStreamHost, (_, { from }) => {
      checkIsOurs(from, host)
      const here = place()
      if (!here) throw new StanzaError('not-allowed', 'The proxy does not listen now')
      return { ...EMPTY, hosts: [{ jid: domain.full, ...here }] }
    })
    service.answer(Activate, ({ sid, activate }, { from }) => {
      checkIsOurs(from, host)
      begin({ sid, activate, from }, meetings)
    })
  },
})

const EMPTY = { sid: undefined, mode: undefined, dstaddr: undefined, used: undefined, activate: undefined }

/** What it relays costs: it is for our people, whoever is at the other end. */
function checkIsOurs(from: Jid, host: Host): void {
  if (!host.isLocal(from) || from.local === '') throw new StanzaError('forbidden', 'Only people of this server may use its proxy')
}

interface Wish {
  readonly sid: string | undefined
  readonly activate: string | undefined
  readonly from: Jid
}

/** § Activation of Bytestream. */
function begin({ sid, activate, from }: Wish, meetings: Meetings): void {
  if (sid === undefined || activate === undefined)
    throw new StanzaError('bad-request', 'A stream is begun by its sid and the address of the other')
  if (sid.length > LONGEST_SID) throw new StanzaError('bad-request', `A sid has at most ${LONGEST_SID} characters`)
  const target = Jid.parse(activate)
  if (!target) throw new StanzaError('jid-malformed', 'The address of the other is not an address')
  switch (meetings.activate(nameOf(sid, from, target), from.local)) {
    case 'active':
      return
    case 'unknown':
      throw new StanzaError('item-not-found', 'Nobody is connected to the proxy for that stream')
    case 'alone':
      throw new StanzaError('not-allowed', 'Only one of the two is connected to the proxy')
    case 'too-many-of-yours':
      throw new StanzaError('resource-constraint', 'You have as many transfers through the proxy as you may have; wait until one is over')
    case 'too-many':
      throw new StanzaError('resource-constraint', 'The proxy has no room for another transfer now; try again later')
  }
}

/** § Target Establishes SOCKS5 Connection with Proxy: DST.ADDR. */
export const nameOf = (sid: string, requester: Jid, target: Jid): string =>
  createHash('sha1').update(`${sid}${requester.full}${target.full}`).digest('hex')
