/** The golden cases: every example stanza of the specifications is read and written, and means the same as before. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import type { Codec } from '@plodge/xmpp/xeps/codec.ts'
import { FORMS } from '@plodge/xmpp/xeps/data-form.ts'
import { Element, type Node } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
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

/** As text, without the white space between elements, in an order of attributes and of kinds of children that is always the same. */
function canonical(element: Element, isSubmission = false): string {
  // XEP-0004 §3.2: the type of a submitted field is for clarity only.
  const given = Object.entries(element.attributes).filter(([name]) => !(isSubmission && element.name === 'field' && name === 'type'))
  const attributes = Object.fromEntries(given.sort(([one], [other]) => (one < other ? -1 : 1)))
  const isForm = isSubmission || (element.ns === FORMS && attributes['type'] === 'submit')
  const { elements } = element
  const sorted = [...elements].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : nameOf(one) > nameOf(other) ? 1 : 0))
  const children: readonly Node[] =
    elements.length === 0 ? [element.text.trim() === '' ? '' : element.text] : element.text.trim() === '' ? sorted : element.children
  const inside = children.map(child => (typeof child === 'string' ? JSON.stringify(child) : canonical(child, isForm))).join('')
  return `<${nameOf(element)} ${JSON.stringify(attributes)}>${inside}</>\n`
}

const nameOf = ({ ns, name }: Element): string => `{${ns}}${name}`
