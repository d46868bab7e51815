import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { Configure } from '@plodge/xmpp/xeps/muc.ts'
import { AskInfo } from '@plodge/xmpp/xeps/disco.ts'
import { enters, founds, GROUP, leaves, roomTown, talks } from './rooms.testing.ts'

const bodies = (xml: readonly string[]): readonly string[] => xml.flatMap(one => /<body>(.*)<\/body>/.exec(one)?.[1] ?? [])

test('what was said in a room goes after as many days as its owners say, or the institution where they say nothing', async () => {
  const { client, clock, store, expire } = roomTown({ keepDays: 10 })
  const romeo = client('romeo/orchard')
  const [short, usual, long] = [`short@${GROUP}`, `usual@${GROUP}`, `long@${GROUP}`] as const
  for (const room of [short, usual, long]) await founds(romeo, {}, room)
  const keeps = (room: string, days: string) => {
    const form = namedForm('submit', 'http://jabber.org/protocol/muc#roomconfig', [
      formField('{urn:plodge:rooms}keep_days', { values: [days] }),
    ])
    return romeo.asks(Configure, { form, destroy: undefined }, { to: room })
  }
  await keeps(short, '2')
  await keeps(long, '50')
  const left = async (room: string): Promise<readonly string[]> =>
    bodies((await store.archive.page({ owner: room, max: 10 })).messages.map(({ stanza }) => stanza))
  const say = async (text: string): Promise<void> => {
    for (const room of [short, usual, long]) await talks(romeo, text, room)
  }
  const promised = async (room: string): Promise<readonly string[] | undefined> =>
    (await romeo.asks(AskInfo, { node: undefined }, { to: room })).forms.at(-1)?.fields.find(({ name }) => name === 'data_retention')
      ?.values
  assert.deepEqual([await promised(short), await promised(usual), await promised(long)], [['48'], ['240'], ['1200']])
  await keeps(long, '500')
  assert.deepEqual(await promised(long), ['2400'], 'no longer than the institution keeps anything')
  await say('old')
  clock.advance({ days: 5 })
  await say('new')
  await expire()
  assert.deepEqual([await left(short), await left(usual), await left(long)], [['new'], ['old', 'new'], ['old', 'new']])
  romeo.takes()
  await leaves(romeo, short)
  romeo.takes()
  await enters(romeo, short)
  assert.deepEqual(bodies(romeo.takes()), ['new'], 'nor is a newcomer told')
  clock.advance({ days: 6 })
  await expire()
  assert.deepEqual([await left(short), await left(usual), await left(long)], [[], ['new'], ['old', 'new']])
})
