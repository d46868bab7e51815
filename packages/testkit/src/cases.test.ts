/** The golden cases: every example stanza of the specifications is read and written, and means the same as before. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import type { Codec } from '@plodge/xmpp/xeps/codec.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { canonical } from './canonical.ts'
import { codecsFor } from './case-payloads.ts'
import { refusalOf } from './refusal.ts'

const CASES = new URL('../cases/', import.meta.url)
const SCOPE = { ns: CLIENT, prefixes: new Map([['stream', 'http://etherx.jabber.org/streams']]) }

for (const folder of readdirSync(CASES, { withFileTypes: true }).filter(entry => entry.isDirectory())) {
  const files = readdirSync(new URL(`${folder.name}/`, CASES)).sort()
  test(`XEP-${folder.name.slice(0, 4)}: ${files.length} examples are read and written`, () => {
    for (const file of files) {
      const stanza = parse(readFileSync(new URL(`${folder.name}/${file}`, CASES), 'utf8'), SCOPE)
      // Some examples of questions lack the type that RFC 6120 wants.
      const type = stanza.name === 'iq' ? (stanza.attributes['type'] ?? 'get') : undefined
      const known = checkChildren(stanza, type, file)
      assert.ok(known > 0 || stanza.elements.length === 0, `${file}: nothing in it is read by anything`)
    }
  })
}

/** Gives how many elements were read and written. */
function checkChildren(parent: Element, type: string | undefined, file: string): number {
  let known = 0
  for (const child of parent.elements) {
    if (child.ns === CLIENT && child.name === 'error') {
      checkError(parent, child, file)
      known += 1
      continue
    }
    const codecs = codecsFor(child, type)
    if (codecs.length > 0) checkPayload(child, codecs, type, file)
    known += codecs.length > 0 ? 1 : checkChildren(child, type, file)
  }
  return known
}

/** What one specification puts into a payload of another (a page into a list) is no part of it, and checked by itself. */
function checkPayload(payload: Element, codecs: readonly Codec<never>[], type: string | undefined, file: string): void {
  const writings = writingsOf(payload, codecs)
  if (writings.includes(canonical(payload))) return
  const own = payload.children.filter(child => typeof child === 'string' || child.ns === payload.ns)
  const rest = payload.elements.filter(({ ns }) => ns !== payload.ns)
  assert.equal(writings.at(-1), canonical(new Element(payload.ns, payload.name, payload.attributes, own)), file)
  assert.equal(checkChildren(new Element(CLIENT, 'rest', {}, rest), type, file), rest.length, file)
}

/** One name may mean several things: what a push service is told is an item of publish-subscribe. One of them must read it. */
function writingsOf(payload: Element, codecs: readonly Codec<never>[]): readonly string[] {
  const attempts = codecs.map(codec => {
    try {
      return { writing: canonical(codec.write(codec.read(payload))) }
    } catch (error) {
      return { error }
    }
  })
  const writings = attempts.flatMap(({ writing }) => writing ?? [])
  if (writings.length === 0) throw attempts[0]?.error
  return writings
}

/** The number of old (XEP-0086) is not written any more. */
function checkError(stanza: Element, error: Element, file: string): void {
  const { code: _, ...attributes } = error.attributes
  const written = refusalOf(stanza).toElement()
  const texts = ({ name }: Element): boolean => name !== 'text'
  const bare = ({ ns, name, elements }: Element): Element => new Element(ns, name, attributes, elements.filter(texts))
  assert.equal(canonical(bare(written)), canonical(bare(error)), file)
  assert.equal(written.attributes['type'], error.attributes['type'], file)
}
