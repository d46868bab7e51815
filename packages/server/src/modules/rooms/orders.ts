/** XEP-0050 at a room's own address: what its people can have it do by a form that any client shows. Each is one form, so that nothing is remembered. */
import { randomUUID } from 'node:crypto'
import { type BareJid, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { COMMANDS, type CommandPayload, Execute, NO_COMMAND, commandError } from '@plodge/xmpp/xeps/commands.ts'
import { answersTo } from '@plodge/xmpp/xeps/data-form-answers.ts'
import { FORMS } from '@plodge/xmpp/xeps/data-form.ts'
import type { DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import type { Delivery, Room } from '../../rooms/room.ts'
import type { Command } from '../../routing/commands.ts'
import { andThen, type Now } from '../../routing/now.ts'
import type { Service } from '../../routing/service.ts'
import { completed } from '../../routing/command-result.ts'
import type { Directory, Open } from './directory.ts'
import { known } from './offices.ts'

export interface Order {
  readonly node: string
  readonly title: string
  /** Who may give it, besides owners. */
  readonly isForAdmins: boolean
  /** The command for this room. What the room says when it is carried out is told to `say`. */
  readonly of: (room: Room, say: (deliveries: readonly Delivery[]) => void) => Command
}

const mayOrder = (room: Room, person: BareJid, { isForAdmins }: Order): boolean => {
  const affiliation = room.affiliationOf(person)
  return affiliation === 'owner' || (isForAdmins && affiliation === 'admin')
}

export function answerOrders(service: Service, directory: Directory, orders: readonly Order[]): void {
  service.answer(Execute, (asked, { to, from }) =>
    andThen(known(directory, to), open => {
      const order = orders.find(({ node }) => node === asked.node)
      if (!order) throw new StanzaError('item-not-found', 'There is no such command here')
      if (!mayOrder(open.room, from.bare, order)) throw new StanzaError('forbidden', 'This command is for those who run the room')
      return carryOut(order, open, asked, directory)
    }),
  )
}

function carryOut(order: Order, open: Open, asked: CommandPayload, directory: Directory): Now<CommandPayload> {
  const said: Delivery[] = []
  const command = order.of(open.room, deliveries => void said.push(...deliveries))
  const sessionId = asked.sessionId?.slice(0, 100) ?? randomUUID()
  const caller = { localpart: '', role: 'person', session: undefined } as const
  if (asked.action === 'cancel') return { ...NO_COMMAND, node: command.node, sessionId, status: 'canceled' }
  if (command.stages > 0 && !asked.form)
    return andThen(command.form(0, caller, new Map()), form => ({
      ...NO_COMMAND,
      node: command.node,
      sessionId,
      status: 'executing',
      actions: { execute: 'complete', steps: ['complete'] },
      form,
    }))
  const { form } = asked
  const answers = form ? andThen(command.form(0, caller, new Map()), shown => readAnswers(() => answersTo(shown, form))) : new Map()
  return andThen(answers, answers =>
    andThen(command.run(answers, caller), async result => {
      open.voice.say(said)
      await directory.keep(open)
      return completed(command, sessionId, result)
    }),
  )
}

function readAnswers<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof StanzaError) throw commandError('bad-payload', error.text)
    throw error
  }
}

/** §3.1: those that somebody may give. */
export const ordersFor = (room: Room, person: Jid, orders: readonly Order[]) =>
  orders.filter(order => mayOrder(room, person.bare, order)).map(({ node, title }) => ({ jid: room.address.full, node, name: title }))

/** §3.2; undefined for a node that is no command. */
export function orderInfo(node: string, orders: readonly Order[]): DiscoInfo | undefined {
  const found = orders.find(order => order.node === node)
  if (node !== COMMANDS && !found) return undefined
  const [type, name] = found ? ['command-node', found.title] : ['command-list', 'Commands']
  return { node, identities: [{ category: 'automation', type, name, lang: undefined }], features: [COMMANDS, FORMS], forms: [] }
}
