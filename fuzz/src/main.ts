/**
 * `npm run fuzz -- [--seconds 60] [--seed N] [--only reader|negotiation]`: tries hostile input until the time is up; exit code 1 when
 * something broke. The reader gets half of the time, the negotiation the other half.
 */
import { parseArgs } from 'node:util'
import { keep, seeds } from './corpus.ts'
import { NegotiationFuzz } from './negotiation/fuzz.ts'
import { Random } from './random.ts'
import { Expat } from './reader/expat.ts'
import { type Found, ReaderFuzz } from './reader/fuzz.ts'
import { GENEROUS, run } from './reader/run.ts'

const BATCH = 500

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' }, only: { type: 'string' } },
})
const seconds = Number(values.seconds)
const seed = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed)
const kinds = ['reader', 'negotiation'].filter(kind => values.only === undefined || values.only === kind)
if (!(seconds > 0) || !Number.isInteger(seed) || kinds.length === 0) {
  console.error(
    '--seconds takes a number above 0, --seed a whole number, --only reader or negotiation: npm run fuzz -- --seconds 60 --seed 7',
  )
  process.exit(2)
}

const milliseconds = (seconds * 1000) / kinds.length
const found = [...(kinds.includes('reader') ? await fuzzReader() : []), ...(kinds.includes('negotiation') ? await fuzzNegotiation() : [])]
for (const { failure, input, file } of found)
  console.log(`FAILED ${failure.property}: ${failure.detail}\n  input ${JSON.stringify(input)}\n  kept in ${file}`)
process.exitCode = found.length > 0 ? 1 : 0

async function fuzzReader(): Promise<readonly Found[]> {
  const fuzz = new ReaderFuzz(new Random(seed))
  const expat = Expat.open()
  const started = Date.now()
  fuzz.replay(seeds('reader'))
  while (Date.now() < started + milliseconds && !fuzz.isOver) {
    const inputs: string[] = []
    for (let i = 0; i < BATCH; i++) inputs.push(await fuzz.step())
    if (expat) fuzz.found.push(...(await secondOpinion(expat, inputs)))
  }
  expat?.close()
  report('reader', fuzz, started, expat ? ', with expat' : ', without expat')
  return fuzz.found
}

async function fuzzNegotiation(): Promise<
  readonly { readonly failure: Found['failure']; readonly input: unknown; readonly file: string }[]
> {
  const fuzz = await NegotiationFuzz.start(new Random(seed))
  const started = Date.now()
  await fuzz.replay(seeds('negotiation'))
  await fuzz.run(started + milliseconds)
  await fuzz.end()
  report('negotiation', fuzz, started, '')
  return fuzz.found
}

function report(
  kind: string,
  fuzz: { readonly executions: number; readonly paths: ReadonlySet<string>; readonly found: readonly unknown[] },
  started: number,
  how: string,
): void {
  const took = ((Date.now() - started) / 1000).toFixed(1)
  console.log(
    `${kind}: ${fuzz.executions} executions, ${fuzz.paths.size} paths, ${took} s, seed ${seed}${how}, ${fuzz.found.length} failures`,
  )
}

/** What the reader takes, expat must take. It knows the names of XML's fourth edition only, so names outside ASCII are left out. */
async function secondOpinion(expat: Expat, inputs: readonly string[]): Promise<readonly Found[]> {
  const documents = inputs.flatMap(input => {
    const { error, isMidway, isClosed, root, consumed } = run([input], GENEROUS)
    if (error || isMidway || root === undefined || consumed === undefined) return []
    if (/<[^>]*[^\p{ASCII}]/u.test(consumed.replaceAll(/'[^'<]*'|"[^"<]*"/g, ''))) return []
    return [(isClosed ? consumed : `${consumed}</${root}>`).trimStart()]
  })
  const verdicts = await expat.judge(documents)
  return documents.flatMap((input, i) => {
    const detail = verdicts[i]
    return detail === undefined ? [] : [{ failure: { property: 'expat', detail }, input, file: keep('reader', 'expat', input) }]
  })
}
