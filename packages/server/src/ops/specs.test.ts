import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { allModules } from '@plodge/testkit/all-modules.ts'
import { doapOf, indexOf, specsOf } from './specs.ts'

const written = (name: string): string => readFileSync(new URL(`../../../../docs/specs/${name}`, import.meta.url), 'utf8')

test('docs/specs says what the modules declare; if this fails, run "npm run specs"', async () => {
  const specs = specsOf(await allModules())
  assert.equal(written('index.txt'), indexOf(specs))
  assert.equal(written('plodge.doap'), doapOf(specs))
})

test('every specification is one row, whichever modules know it, with what is missing', () => {
  const specs = specsOf([
    { name: 'one', implements: { 'RFC 6121': '2011-03', 'XEP-0199': '2.0.1' } },
    { name: 'two', implements: { 'RFC 6121': '2011-03' } },
  ])
  const row = (id: string): unknown =>
    specs.filter(spec => spec.id === id).map(({ support, places }) => [support, places.join(' ')].join(': '))
  assert.deepEqual(row('RFC 6121'), ['Partial: one two'])
  assert.deepEqual(row('XEP-0199'), ['Yes: one'])
  assert.deepEqual(row('XEP-0114'), ['No: '])
})

test('modules that contradict each other, and a specification without a title, are found', () => {
  const declared = (name: string, version: string): { name: string; implements: { 'XEP-0199': string } } => ({
    name,
    implements: { 'XEP-0199': version },
  })
  assert.throws(() => specsOf([declared('one', '2.0'), declared('two', '2.1')]), /two declares XEP-0199 in version 2.1, one in 2.0/)
  assert.throws(() => specsOf([{ name: 'one', implements: { 'XEP-9999': '1.0' } }]), /one declares XEP-9999, which has no title/)
})

test('the DOAP file is XML that names every XEP', () => {
  const doap = doapOf(specsOf([{ name: 'one', implements: { 'XEP-0199': '2.0.1' } }]))
  const body = doap.slice(doap.indexOf('<rdf:RDF'))
  const project = parse(body).elements[0]
  assert.equal(project?.name, 'Project')
  assert.ok(body.includes(`<xmpp:xep rdf:resource='https://xmpp.org/extensions/xep-0199.html'/>`))
})
