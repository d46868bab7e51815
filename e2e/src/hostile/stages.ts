/** How far a hostile client gets before it turns hostile: before its header, inside TLS, logged in, bound. */
import { Client } from '../client/client.ts'
import { Line } from '../client/line.ts'
import { authenticate, bind, openStream, secureLine } from '../client/login.ts'
import { type Account, type Target } from '../target/target.ts'

export type Stage = 'connected' | 'plain' | 'secure' | 'known' | 'bound'

/** A line at a stage, whose server output is kept from there on. */
export async function lineAt(stage: Stage, target: Target, account: Account): Promise<Line> {
  const line = await atStage(stage, target, account)
  line.text = ''
  line.keepsText = true
  return line
}

async function atStage(stage: Stage, target: Target, account: Account): Promise<Line> {
  if (stage === 'connected') return Line.open(target.host, target.port)
  if (stage === 'plain') {
    const line = await Line.open(target.host, target.port)
    await openStream(line, target.domain)
    return line
  }
  const { line } = await secureLine(target)
  if (stage === 'secure') return line
  await authenticate(line, account)
  await openStream(line, target.domain)
  if (stage === 'bound') await bind(line, 'hostile')
  return line
}

/** A well-behaved pair that talks all the while; each word must arrive. */
export class Bystanders {
  readonly #a: Client
  readonly #b: Client
  #words = 0

  private constructor(a: Client, b: Client) {
    this.#a = a
    this.#b = b
  }

  static async meet(target: Target, a: Account, b: Account): Promise<Bystanders> {
    const clients = await Promise.all([Client.connect(target, { account: a }), Client.connect(target, { account: b })])
    return new Bystanders(...clients)
  }

  /** Milliseconds until a word arrived. */
  async talk(): Promise<number> {
    const word = `word ${(this.#words += 1)}`
    const started = performance.now()
    this.#a.say(this.#b.jid, word)
    await this.#b.message(word, 5000)
    return performance.now() - started
  }

  async leave(): Promise<void> {
    await Promise.all([this.#a.line.close(), this.#b.line.close()])
  }
}
