/** Which specifications this server keeps, made from what its modules declare: a row each for people, and a DOAP file (XEP-0453). */
import type { Module } from '../routing/host.ts'
import { escape } from '@plodge/xmpp/xml/escape.ts'
import { ELSEWHERE, MISSING, PARTIAL, type SpecId, TITLES } from './spec-catalogue.ts'
import { SOFTWARE } from './release.ts'

export interface Spec {
  readonly id: SpecId
  readonly title: string
  readonly version: string
  readonly support: 'Yes' | 'Partial' | 'No'
  /** The modules, or the folder of the server, that know it. */
  readonly places: readonly string[]
  readonly note: string | undefined
}

export type Declaration = Pick<Module, 'name' | 'implements'>

/** In order of their numbers. Throws when modules contradict each other or something has no title. */
export function specsOf(modules: readonly Declaration[]): readonly Spec[] {
  const found = new Map<SpecId, { readonly version: string; readonly places: string[] }>()
  const add = (id: SpecId, version: string, place?: string): void => {
    const spec = found.get(id) ?? { version, places: [] }
    if (spec.version !== version)
      throw new Error(`${place} declares ${id} in version ${version}, ${spec.places.join(', ')} in ${spec.version}`)
    if (place !== undefined) spec.places.push(place)
    found.set(id, spec)
  }
  for (const { name, implements: declared } of modules) for (const [id, version] of entries<string>(declared)) add(id, version, name)
  for (const [id, { version, place }] of entries(ELSEWHERE)) add(id, version, place)
  for (const [id, version] of entries(MISSING)) add(id, version)
  return [...found].map(([id, { version, places }]) => describe(id, version, places)).sort((one, other) => (one.id < other.id ? -1 : 1))
}

const entries = <T>(bySpec: Readonly<Partial<Record<SpecId, T>>>): [SpecId, T][] => Object.entries(bySpec) as [SpecId, T][]

function describe(id: SpecId, version: string, places: readonly string[]): Spec {
  const title = TITLES[id]
  if (title === undefined) throw new Error(`${places.join(', ')} declares ${id}, which has no title: add it to ops/spec-catalogue.ts`)
  const note = PARTIAL[id]
  return { id, title, version, support: places.length === 0 ? 'No' : note === undefined ? 'Yes' : 'Partial', places, note }
}

const HEAD = `# The specifications of ${SOFTWARE}, made by "npm run specs" from what modules declare. Do not edit.
# id, version, support, where, title (what is missing)
`

export function indexOf(specs: readonly Spec[]): string {
  const places = Math.max(...specs.map(spec => spec.places.join(' ').length))
  const row = ({ id, version, support, places: where, title, note }: Spec): string =>
    [
      id.padEnd(8),
      version.padEnd(7),
      support.padEnd(7),
      where.join(' ').padEnd(places),
      note === undefined ? title : `${title} (${note})`,
    ].join('  ')
  return `${HEAD}${specs.map(row).join('\n')}\n`
}

const STATUS = { Yes: 'complete', Partial: 'partial', No: 'planned' } as const

export function doapOf(specs: readonly Spec[]): string {
  return `<?xml version='1.0' encoding='UTF-8'?>
<!-- Made by "npm run specs" from what modules declare. Do not edit. -->
<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://usefulinc.com/ns/doap#' xmlns:xmpp='https://linkmauve.fr/ns/xmpp-doap#'>
  <Project>
    <name>${SOFTWARE}</name>
    <shortdesc xml:lang='en'>A university’s own instant-messaging service, on XMPP</shortdesc>
    <programming-language>TypeScript</programming-language>
    <os>Linux</os>
    <category rdf:resource='https://linkmauve.fr/ns/xmpp-doap#category-server'/>
${specs.map(implemented).join('\n')}
  </Project>
</rdf:RDF>
`
}

function implemented({ id, version, support, note }: Spec): string {
  const number = id.slice(4)
  if (id.startsWith('RFC')) return `    <implements rdf:resource='https://www.rfc-editor.org/rfc/rfc${number}'/>`
  const why = note === undefined ? '' : `\n        <xmpp:note xml:lang='en'>${escape(note)}</xmpp:note>`
  return `    <implements>
      <xmpp:SupportedXep>
        <xmpp:xep rdf:resource='https://xmpp.org/extensions/xep-${number}.html'/>
        <xmpp:status>${STATUS[support]}</xmpp:status>
        <xmpp:version>${version}</xmpp:version>${why}
      </xmpp:SupportedXep>
    </implements>`
}
