import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import type { Desk } from './desk.ts'
import { Told } from './told.ts'

function begin() {
  const sent: Element[] = []
  const told = new Told({ send: (stanza: Element) => void sent.push(stanza) } as unknown as Desk)
  const last = (): string => sent.at(-1)?.attributes['id'] ?? ''
  return { told, last }
}
const refusal = (id: string): Element => new Element(CLIENT, 'message', { type: 'error', id }, [new StanzaError('forbidden').toElement()])

test('what the server has is done; what it refuses is refused', async () => {
  const { told, last } = begin()
  const done = told.send({ to: 'tea@group.x' }, [])
  told.confirmed(last())
  await done
  const refused = told.send({ to: 'tea@group.x' }, [])
  assert.equal(told.hear(refusal('another')), false)
  assert.equal(told.hear(refusal(last())), true)
  told.confirmed(last())
  await assert.rejects(refused, { condition: 'forbidden' })
})

test('of what was under way when a new session began nobody knows', async () => {
  const { told } = begin()
  const lost = told.send({ to: 'tea@group.x' }, [])
  told.giveUp()
  await assert.rejects(lost, { condition: 'recipient-unavailable' })
})
