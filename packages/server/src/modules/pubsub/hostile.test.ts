/** Whatever is asked gets an answer that the specification knows, and nothing of it is a mistake of ours. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { friends } from './personal.testing.ts'

const NODES = ['', ` node=''`, ` node='urn:a'`, ` node='urn:none'`, ` node='${'n'.repeat(2000)}'`, ` node='&#10;'`]
const FORMS = [
  '',
  `<x xmlns='jabber:x:data'/>`,
  `<x xmlns='jabber:x:data' type='cancel'/>`,
  `<x xmlns='jabber:x:data' type='submit'/>`,
  ...[
    ['max_items', '-1'],
    ['max_items', '99999999999999999999'],
    ['max_items', '0'],
    ['access_model', 'everybody'],
    ['persist_items', 'perhaps'],
    ['item_expire', 'soon'],
    ['title', 'x'.repeat(5000)],
    ['expire', 'never'],
    ['__proto__', 'x'],
  ].map(([name, value]) =>
    ['node_config', 'publish-options', 'subscribe_options', 'none'].map(
      type =>
        `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#${type}</value></field><field var='pubsub#${name}'><value>${value}</value></field></x>`,
    ),
  ),
].flat()
const ITEMS = [
  '',
  '<item/>',
  `<item id='1'/>`,
  `<item id='1'><a xmlns='urn:a'/><b xmlns='urn:a'/></item>`,
  `<item id='${'i'.repeat(3000)}'><a xmlns='urn:a'/></item>`,
  `<item>text</item>`,
]
const JIDS = [
  '',
  ` jid=''`,
  ` jid='@@'`,
  ` jid='romeo@chat.cam.ac.uk'`,
  ` jid='juliet@chat.cam.ac.uk/balcony'`,
  ` jid='tybalt@chat.cam.ac.uk'`,
]

function* requests(): Generator<readonly [type: string, ns: string, inside: string]> {
  for (const node of NODES) {
    for (const items of ITEMS) {
      yield ['set', '', `<publish${node}>${items}</publish>`]
      yield ['set', '', `<retract${node} notify='maybe'>${items}</retract>`]
      yield ['get', '', `<items${node}>${items}</items>`]
    }
    for (const form of FORMS) {
      yield ['set', '', `<create${node}/><configure>${form}</configure>`]
      yield ['set', '', `<publish${node}><item><a xmlns='urn:a'/></item></publish><publish-options>${form}</publish-options>`]
      yield ['set', '', `<options${node} jid='juliet@chat.cam.ac.uk'>${form}</options>`]
      yield ['set', '#owner', `<configure${node}>${form}</configure>`]
    }
    for (const jid of JIDS) {
      yield ['set', '', `<subscribe${node}${jid}/>`]
      yield ['set', '', `<unsubscribe${node}${jid} subid='x'/>`]
      yield ['get', '', `<options${node}${jid}/>`]
      for (const word of ['owner', 'outcast', 'king', 'none']) {
        yield ['set', '#owner', `<affiliations${node}><affiliation${jid} affiliation='${word}'/></affiliations>`]
        yield ['set', '#owner', `<subscriptions${node}><subscription${jid} subscription='${word}'/></subscriptions>`]
      }
    }
    for (const name of ['configure', 'default', 'affiliations', 'subscriptions', 'purge', 'delete', 'nonsense'])
      for (const type of ['get', 'set']) {
        yield [type, '#owner', `<${name}${node}/>`]
        yield [type, '', `<${name}${node}/>`]
      }
    for (const set of [
      '<max>-1</max>',
      '<max>x</max>',
      '<max>5</max><after>nowhere</after>',
      '<before>nowhere</before>',
      '<index>9999999999</index>',
    ])
      yield ['get', '', `<items${node} max_items='0'/><set xmlns='http://jabber.org/protocol/rsm'>${set}</set>`]
  }
  for (const type of ['get', 'set']) for (const ns of ['', '#owner', '#event']) yield [type, ns, '']
}

test('every request is answered once, and none by a mistake of ours', async () => {
  const { juliet, log } = await friends({ nodes: 5, nodeItems: 5 })
  await juliet.comes()
  let asked = 0
  for (const to of ['', ` to='juliet@chat.cam.ac.uk'`, ` to='romeo@chat.cam.ac.uk'`])
    for (const [type, ns, inside] of requests()) {
      juliet.takes()
      const id = `h${(asked += 1)}`
      const iq = `<iq type='${type}' id='${id}'${to}><pubsub xmlns='http://jabber.org/protocol/pubsub${ns}'>${inside}</pubsub></iq>`
      await juliet.says(iq)
      const answers = juliet.takes().filter(stanza => stanza.includes(`id='${id}'`))
      assert.equal(answers.length, 1, iq)
      assert.ok(!answers[0]?.includes('internal-server-error'), `${iq}\n${answers[0]}`)
    }
  assert.ok(asked > 2000)
  assert.deepEqual(log.complaints, [])
})
