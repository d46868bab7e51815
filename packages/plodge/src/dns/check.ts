/** Compares what a resolver answers with what the configuration needs, and says in words what is wrong and what to do. */
import type { SrvRecord as Answer } from 'node:dns'
import { type Section, type SrvRecord, type TextRecord, toZone } from './records.ts'

export interface Finding {
  /** `wrong`: people will not get in, or not by this way. `doubtful`: it works, but something is not as it should be. */
  readonly grade: 'fine' | 'doubtful' | 'wrong'
  readonly name: string
  readonly words: string
}

/** What is asked of a resolver (node:dns has one). Rejects with a code as node:dns does. */
export interface Resolving {
  resolveSrv(name: string): Promise<readonly Answer[]>
  resolve4(name: string): Promise<readonly string[]>
  resolve6(name: string): Promise<readonly string[]>
  resolveCname(name: string): Promise<readonly string[]>
  resolveTlsa(
    name: string,
  ): Promise<readonly { readonly certUsage: number; readonly selector: number; readonly match: number; readonly data: ArrayBuffer }[]>
}

export async function checkSections(sections: readonly Section[], resolver: Resolving): Promise<readonly Finding[]> {
  const records = sections.flatMap(section => section.records)
  const services = Map.groupBy(
    records.filter(record => record.type === 'SRV'),
    ({ name }) => name,
  )
  const findings: Finding[] = []
  for (const [name, wanted] of services) findings.push(...(await checkService(name, wanted, resolver)))
  for (const record of records) if (record.type === 'TLSA') findings.push(...(await checkTlsa(record, resolver)))
  return findings
}

type Lookup<T> =
  | { readonly kind: 'found'; readonly answers: readonly T[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly why: string }

async function lookUp<T>(ask: () => Promise<readonly T[]>): Promise<Lookup<T>> {
  try {
    const answers = await ask()
    return answers.length > 0 ? { kind: 'found', answers } : { kind: 'none' }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOTFOUND' || code === 'ENODATA') return { kind: 'none' }
    const why = {
      ESERVFAIL: 'the resolver reports a failure: is the zone broken, or its DNSSEC signature?',
      ETIMEOUT: 'the resolver does not answer',
      ECONNREFUSED: 'nothing answers at the resolver’s address',
      EREFUSED: 'the resolver refuses to answer',
    }[code]
    return { kind: 'failed', why: why ?? `the resolver says ${code || 'nothing useful'}` }
  }
}

async function checkService(name: string, wanted: readonly SrvRecord[], resolver: Resolving): Promise<readonly Finding[]> {
  const found = await lookUp(() => resolver.resolveSrv(name))
  const isOffered = wanted.some(({ target }) => target !== '.')
  const add = `add: ${wanted.map(toZone).join(' and ')}`
  if (found.kind === 'failed') return [{ grade: 'wrong', name, words: `could not be looked up: ${found.why}` }]
  if (found.kind === 'none') {
    return [
      isOffered
        ? { grade: 'wrong', name, words: `is not there, so clients cannot find this server by it; ${add}` }
        : { grade: 'fine', name, words: 'is not there, and the service is not offered' },
    ]
  }
  const { answers } = found
  if (!isOffered) return [notOffered(name, answers, add)]
  if (answers.every(isDot)) return [{ grade: 'wrong', name, words: `says that the service is not offered (a dot), but it is; ${add}` }]
  const findings: Finding[] = []
  for (const answer of answers) findings.push(...(await checkAnswer(name, answer, wanted, resolver)))
  const missing = wanted.filter(record => !answers.some(answer => fits(answer, record)))
  if (missing.length > 0 && findings.every(({ grade }) => grade === 'fine'))
    findings.push({ grade: 'wrong', name, words: `lacks ${missing.map(toZone).join(' and ')}` })
  return findings
}

const isDot = ({ name }: Answer): boolean => name === '' || name === '.'
const fits = (answer: Answer, { port, target }: SrvRecord): boolean => answer.port === port && answer.name.toLowerCase() === target

function notOffered(name: string, answers: readonly Answer[], add: string): Finding {
  if (answers.every(isDot)) return { grade: 'fine', name, words: 'says that the service is not offered, and it is not' }
  const targets = answers.map(answer => `${answer.name}:${answer.port}`).join(', ')
  return {
    grade: 'doubtful',
    name,
    words: `points at ${targets}, but this server does not offer it: an old record, perhaps; remove it, or ${add}`,
  }
}

async function checkAnswer(name: string, answer: Answer, wanted: readonly SrvRecord[], resolver: Resolving): Promise<readonly Finding[]> {
  const place = `${answer.name}:${answer.port}`
  if (isDot(answer)) return [{ grade: 'wrong', name, words: 'has a dot beside real targets: RFC 2782 allows it only alone; remove it' }]
  const [record] = wanted
  if (!wanted.some(({ port }) => port === answer.port)) {
    return [
      {
        grade: 'wrong',
        name,
        words: `points at ${place}, but the server listens on ${wanted.map(({ port }) => port).join(', ')}: a wrong port, or an old record to be removed`,
      },
    ]
  }
  if (!wanted.some(({ target }) => target === answer.name.toLowerCase())) {
    return [
      {
        grade: 'doubtful',
        name,
        words: `points at ${place}, not at ${record?.target ?? ''}; if that is this machine’s name, say so with --host ${answer.name}, otherwise correct it`,
      },
    ]
  }
  const cname = await lookUp(() => resolver.resolveCname(answer.name))
  if (cname.kind === 'found')
    return [
      {
        grade: 'wrong',
        name,
        words: `points at ${answer.name}, which is an alias (CNAME) of ${cname.answers.join(', ')}: RFC 2782 forbids that, and some clients fail; point at the real name`,
      },
    ]
  const [v4, v6] = await Promise.all([lookUp(() => resolver.resolve4(answer.name)), lookUp(() => resolver.resolve6(answer.name))])
  if (v4.kind !== 'found' && v6.kind !== 'found')
    return [{ grade: 'wrong', name, words: `points at ${answer.name}, which has no address; add A and AAAA records for it` }]
  if (answer.priority > 0 && wanted.length === 1)
    return [{ grade: 'doubtful', name, words: `points at ${place} with priority ${answer.priority}; 0 is usual where there is one server` }]
  return [{ grade: 'fine', name, words: `points at ${place}` }]
}

async function checkTlsa(record: TextRecord, resolver: Resolving): Promise<readonly Finding[]> {
  const found = await lookUp(() => resolver.resolveTlsa(record.name))
  if (found.kind !== 'found') return []
  const values = found.answers.map(
    ({ certUsage, selector, match, data }) => `${certUsage} ${selector} ${match} ${Buffer.from(data).toString('hex')}`,
  )
  if (values.includes(record.value)) return [{ grade: 'fine', name: record.name, words: 'is the key of the certificate' }]
  return [
    {
      grade: 'wrong',
      name: record.name,
      words: `is not the key of the certificate in [tls]: clients that check DANE will refuse to connect; publish: ${toZone(record)}`,
    },
  ]
}
