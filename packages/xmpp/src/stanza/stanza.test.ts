import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Jid } from '../jid/jid.ts'
import { element, attribute, textElement } from '../xeps/codec.ts'
import { Element } from '../xml/element.ts'
import { StanzaError } from './errors.ts'
import { Stanza } from './stanza.ts'

const Body = textElement('jabber:client', 'body')
const Id = element('urn:xmpp:sid:0', 'stanza-id', { id: attribute('id'), by: attribute('by') })
const romeo = Jid.parse('romeo@montague.lit/orchard')
const juliet = Jid.parse('juliet@capulet.lit')

const message = Stanza.of('message', { from: romeo, to: juliet, type: 'chat', id: `m'1`, lang: 'en' }, [
  new Element('jabber:client', 'body', {}, ['Wherefore & why?']),
  new Element('urn:xmpp:sid:0', 'stanza-id', { id: '7', by: 'capulet.lit' }),
])

test('a stanza is written with its envelope escaped and its payload as it is', () => {
  assert.equal(
    message.toXml(),
    `<message to='juliet@capulet.lit' from='romeo@montague.lit/orchard' type='chat' id='m&apos;1' xml:lang='en'><body>Wherefore &amp; why?</body><stanza-id xmlns='urn:xmpp:sid:0' id='7' by='capulet.lit'/></message>`,
  )
  assert.equal(Stanza.of('presence', {}).toXml('jabber:client'), `<presence xmlns='jabber:client'/>`)
})

test('a payload is read when somebody asks', () => {
  assert.equal(message.get(Body), 'Wherefore & why?')
  assert.deepEqual(message.all(Id), [{ id: '7', by: 'capulet.lit' }])
  assert.equal(message.get(textElement('jabber:client', 'subject')), undefined)
  assert.ok(message.hasNamespace('urn:xmpp:sid:0') && !message.hasNamespace('urn:xmpp:sid:1'))
})

test('changes make a new stanza and leave the old one alone', () => {
  const changed = message
    .plus(Id, { id: '8', by: 'montague.lit' })
    .without(Id, ({ by }) => by === 'capulet.lit')
    .with({ to: romeo, lang: undefined })
  assert.deepEqual(changed.all(Id), [{ id: '8', by: 'montague.lit' }])
  assert.equal(changed.get(Body), 'Wherefore & why?')
  assert.deepEqual([changed.to, changed.lang, changed.id], [romeo, undefined, `m'1`])
  assert.deepEqual([message.to, message.lang, message.all(Id).length], [juliet, 'en', 1])
  assert.equal(message.without(Id).without(Body).payload, '')
})

test('leaving out what is not there gives the same stanza', () => assert.equal(message.without(textElement('u', 'x')), message))

test('a payload that is not as it must be is a bad request', () => {
  const broken = Stanza.of('iq', {}, [new Element('urn:xmpp:sid:0', 'stanza-id', { id: '7' })])
  assert.throws(
    () => broken.get(Id),
    (error: unknown) => error instanceof StanzaError && error.condition === 'bad-request',
  )
})

test('an answer and a refusal go back to where the stanza came from', () => {
  const iq = Stanza.of('iq', { from: romeo, to: juliet, type: 'get', id: '1' })
  assert.equal(iq.result().toXml(), `<iq to='romeo@montague.lit/orchard' from='juliet@capulet.lit' type='result' id='1'/>`)
  assert.equal(
    iq.refused(new StanzaError('forbidden', 'Not <you>')).toXml(),
    `<iq to='romeo@montague.lit/orchard' from='juliet@capulet.lit' type='error' id='1'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>Not &lt;you&gt;</text></error></iq>`,
  )
})

test('a stanza becomes an element and comes back from it', () => {
  const tree = message.toElement()
  assert.equal(Stanza.from(tree, message)?.toXml(), message.toXml())
  assert.equal(Stanza.from(new Element('jabber:client', 'body'), {}), undefined)
})

test('copies for many differ in their addressee alone, and write the rest once', () => {
  assert.ok(romeo && juliet)
  const message = Stanza.of('message', { from: juliet, type: 'groupchat', id: "it's" }, [
    new Element('jabber:client', 'body', {}, ['a < b']),
  ])
  const people = [romeo, juliet]
  const copies = [...message.copiesTo(people)]
  assert.deepEqual(
    copies.map(copy => copy.toXml()),
    people.map(to => message.with({ to }).toXml()),
  )
  assert.deepEqual(
    copies.map(copy => copy.toXml('jabber:client')),
    people.map(to => message.with({ to }).toXml('jabber:client')),
  )
  const changed = copies[0]?.with({ id: 'other' }).toXml() ?? ''
  assert.match(changed, / id='other'/, 'what is changed is no copy any more')
})
