/** What must hold for every input whatever: each property looks at one and says what is wrong with it. */
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { write } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import { FRAMED, type Outcome, type Setting, conditionOf, elementsOf, run } from './run.ts'
import { judge } from './saxes.ts'
import { type Tree, insideText, sameText, treeOf, trimmed } from './tree.ts'

export interface Failure {
  readonly property: string
  readonly detail: string
}

/** What happened, in few words: inputs that make something new happen are worth changing further. */
export interface Checked {
  readonly failure: Failure | undefined
  readonly path: string
}

const CLIENT = 'jabber:client'
/** Namespaces with white space at an end: the judge cuts it off and then finds them empty or reserved. */
const BLANK_ENDS = /xmlns(?::[^\s=]+)?\s*=\s*(?:'(?:[\s&][^']*|[^']*[\s;])'|"(?:[\s&][^"]*|[^"]*[\s;])")/

export function check(input: string, setting: Setting, chunks: readonly string[]): Checked {
  let outcome: Outcome
  let pieces: Outcome
  try {
    outcome = run([input], setting)
    pieces = setting.framed ? outcome : run(chunks, setting)
  } catch (error) {
    return { failure: { property: 'throws', detail: String(error) }, path: 'throws' }
  }
  try {
    return { failure: differs(outcome, pieces) ?? judged(input, outcome, setting) ?? kept(outcome), path: pathOf(outcome) }
  } catch (error) {
    return { failure: { property: 'throws-later', detail: String(error) }, path: 'throws' }
  }
}

/** How the text is cut must not matter; only which of two faults is seen first may. */
function differs(whole: Outcome, pieces: Outcome): Failure | undefined {
  const [a, b] = [conditionOf(whole), conditionOf(pieces)]
  const [first, second] = [JSON.stringify(whole.events), JSON.stringify(pieces.events)]
  const isEitherTooMuch = a === 'policy-violation' || b === 'policy-violation'
  if (a !== b && !(isEitherTooMuch && a && b))
    return { property: 'chunks', detail: `${a} (${whole.error?.text}) in one, ${b} (${pieces.error?.text}) in pieces` }
  if (first !== second && !isEitherTooMuch) return { property: 'chunks', detail: `${first}\n${second}` }
  return undefined
}

function judged(input: string, outcome: Outcome, { framed }: Setting): Failure | undefined {
  if (outcome.error) return refused(input, outcome)
  if (framed && outcome.events.length !== (outcome.isMidway ? 0 : 1)) return undefined
  const consumed = (outcome.consumed ?? '').replace(/^[ \t\r\n]+<\?xml/, '<?xml')
  if (outcome.isMidway || (!framed && outcome.root === undefined)) {
    const verdict = judge(consumed, { whole: false })
    return verdict.kind === 'rejected' && !BLANK_ENDS.test(consumed) ? { property: 'accepts-malformed', detail: verdict.why } : undefined
  }
  const verdict = judge(framed || outcome.isClosed ? consumed : `${consumed}</${outcome.root}>`, { whole: true })
  if (verdict.kind === 'rejected') return BLANK_ENDS.test(consumed) ? undefined : { property: 'accepts-malformed', detail: verdict.why }
  if (!verdict.root) return undefined
  const expected = framed ? [verdict.root] : verdict.root.children.filter(child => typeof child !== 'string')
  return compare(elementsOf(outcome), expected)
}

/** What a strict parser takes and XMPP does not forbid, the reader must take: an alarm about over-strictness. */
function refused(input: string, { error, root }: Outcome): Failure | undefined {
  if (error?.condition !== 'not-well-formed') return undefined
  // Refused on purpose: a needless declaration of xml, odd version numbers, absurd references. The judge takes local names like `p:.`.
  if (/&#(?:x[0-9a-f]{7,}|\d{8,});|xmlns:xml\s*=|^\s*<\?xml|^\ufeff|:(?:[-.\d\u{b7}\u{203f}\u{2040}]|\p{M})/iu.test(input)) return undefined
  for (const end of ['', `</${root ?? ''}>`]) {
    const verdict = judge(input + end, { whole: true })
    if (verdict.kind === 'accepted') return { property: 'refuses-well-formed', detail: error.message }
  }
  return undefined
}

function compare(elements: readonly RawElement[], expected: readonly Tree[]): Failure | undefined {
  if (elements.length !== expected.length) return { property: 'tree', detail: `${elements.length} elements, expected ${expected.length}` }
  for (const [i, element] of elements.entries()) {
    const tree = expected[i]
    if (!tree) continue
    if (trimmed(element.ns) !== tree.ns || element.name !== tree.name)
      return { property: 'tree', detail: `${element.ns} ${element.name}, expected ${tree.ns} ${tree.name}` }
    const to = tree.attributes.get('{}to')
    if (element.attribute('to') !== to) return { property: 'tree', detail: `to is ${element.attribute('to')}, expected ${to}` }
    const failure = element.ns === CLIENT ? standalone(element, tree) : undefined
    if (failure) return failure
  }
  return undefined
}

/** A payload means the same wherever it is put in jabber:client. */
function standalone(element: RawElement, tree: Tree): Failure | undefined {
  const text = `<x xmlns='${CLIENT}'>${element.payload}</x>`
  const expected = JSON.stringify(insideText(tree.children))
  const verdict = judge(text, { whole: true })
  if (verdict.kind === 'rejected') return { property: 'payload-malformed', detail: `${verdict.why}: ${text}` }
  const theirs = JSON.stringify(insideText(verdict.root?.children ?? []))
  if (theirs !== expected) return { property: 'payload', detail: `${theirs}, expected ${expected}` }
  const ours = JSON.stringify(insideText(treeOf(parse(text)).children))
  return ours === expected ? undefined : { property: 'parse', detail: `${ours}, expected ${expected}` }
}

/** Children lie where the reader says, and writing what was read gives the same again. */
function kept(outcome: Outcome): Failure | undefined {
  for (const element of elementsOf(outcome)) {
    if (element.ns !== CLIENT) continue
    for (const { ns, name, start, end } of element.children) {
      const child = parse(element.payload, CLIENT, start)
      if (child.ns !== ns || child.name !== name) return { property: 'child', detail: `${ns} ${name} is ${child.ns} ${child.name}` }
      const before = sameText(treeOf(child))
      if (sameText(treeOf(parse(element.payload.slice(start, end), CLIENT))) !== before)
        return { property: 'child-end', detail: element.payload.slice(start, end) }
      const again = write(child, CLIENT)
      if (sameText(treeOf(parse(again, CLIENT))) !== before) return { property: 'element-round-trip', detail: again }
      const verdict = judge(write(child, ''), { whole: true })
      if (verdict.kind === 'rejected' || !verdict.root || sameText(verdict.root) !== before)
        return { property: 'element-written', detail: write(child, '') }
    }
    const failure = asStanza(element)
    if (failure) return failure
  }
  return undefined
}

function asStanza(element: RawElement): Failure | undefined {
  const { name } = element
  if (name !== 'message' && name !== 'presence' && name !== 'iq') return undefined
  const envelope = { id: element.attribute('id'), type: element.attribute('type'), lang: element.attribute('xml:lang') }
  const text = Stanza.read(name, envelope, element.payload, element.children).toXml(CLIENT)
  const again = run([text], FRAMED)
  const [first] = elementsOf(again)
  if (!first || again.isMidway) return { property: 'stanza-round-trip', detail: `${again.error?.message}: ${text}` }
  if (first.attribute('id') !== envelope.id || first.attribute('xml:lang') !== envelope.lang)
    return { property: 'stanza-round-trip', detail: text }
  const [before, after] = [element, first].map(({ payload }) => JSON.stringify(insideText(treeOf(parse(`<x>${payload}</x>`)).children)))
  return before === after ? undefined : { property: 'stanza-round-trip', detail: `${before}\n${after}` }
}

function pathOf({ events, error, isMidway, isClosed }: Outcome): string {
  const kinds = events.map(event =>
    event.kind === 'element' ? `${event.element.children.length}${event.element.payload.length > 0 ? 'p' : ''}` : event.kind,
  )
  const depth = error?.message ?? (isMidway ? 'midway' : isClosed ? 'closed' : 'open')
  return `${kinds.join(' ')} ${depth}`
}
