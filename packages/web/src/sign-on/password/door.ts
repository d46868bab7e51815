/**
 * Signing in with a password, where that is switched on: for people without an account at the sign-on. Guesses are throttled here by the network that
 * they come from, and by the chat server, to which they all come from us, by the person.
 */
import type { Asked } from '../../http/server.ts'
import { isFromOurPage } from '../../http/browser.ts'
import { type Reply, askForPassword } from '../../http/reply.ts'
import { Rates } from '../../http/rates.ts'
import type { Log } from '../../settings.ts'
import { type Addresses, localpartOf } from '../person.ts'
import type { Judgement } from './check.ts'
import { type PasswordWords, wordsFor } from './words.ts'

export const PASSWORD_PATH = '/sign-on/password'

/** Of one network: a hall of residence, a library. */
const OF_A_NETWORK = { perSecond: 1, burst: 60 }
/** Of one network, at one person. */
const OF_BOTH = { perSecond: 1 / 12, burst: 5 }
const MOST_AT_ONCE = 200
const MOST_PASSWORD = 1024
const MOST_NAME = 128

export interface PasswordNeeds {
  readonly origin: string
  readonly addresses: Addresses
  readonly check: (localpart: string, password: string) => Promise<Judgement>
  /** For somebody whose password is right. */
  readonly welcome: (localpart: string) => Reply
  readonly log: Log
  readonly clock: () => number
}

const STATUS: Readonly<Record<Exclude<Judgement, 'right'>, number>> = { wrong: 403, locked: 403, later: 429, unknown: 502 }

function ask(status: number, words: PasswordWords, text: string, said: string, isTrouble: boolean): Reply {
  return askForPassword(status, { text, isTrouble }, { ...words, action: PASSWORD_PATH, said }, [{ href: '/', text: words.back }])
}

export class PasswordDoor {
  readonly #needs: PasswordNeeds
  readonly #ofNetworks: Rates
  readonly #ofBoth: Rates
  #atOnce = 0

  constructor(needs: PasswordNeeds) {
    this.#needs = needs
    this.#ofNetworks = new Rates(OF_A_NETWORK, needs.clock)
    this.#ofBoth = new Rates(OF_BOTH, needs.clock)
  }

  page({ headers }: Asked): Reply {
    const words = wordsFor(headers['accept-language'])
    return ask(200, words, words.whose, '', false)
  }

  async said({ headers, body, network }: Asked): Promise<Reply> {
    const words = wordsFor(headers['accept-language'])
    const { origin, addresses, check, welcome, log } = this.#needs
    // Otherwise a page of another site could sign people in as somebody else.
    if (!isFromOurPage(headers, origin)) return ask(403, words, words.here, '', true)
    const form = new URLSearchParams(body)
    const name = (form.get('name') ?? '').trim().slice(0, MOST_NAME).replace(`@${addresses.domain}`, '')
    const password = form.get('password') ?? ''
    const failed = (why: Exclude<Judgement, 'right'>): Reply => ask(STATUS[why], words, words.judgements[why], name, true)
    if (password === '' || password.length > MOST_PASSWORD || password.includes('\0')) return failed('wrong')
    // Names that nobody can have are throttled like all others: nothing is to be learned.
    if (!this.#ofNetworks.take(network) || !this.#ofBoth.take(`${network} ${name}`) || this.#atOnce >= MOST_AT_ONCE) return failed('later')
    const localpart = localpartOf(name, addresses)
    if (localpart === undefined) return failed('wrong')
    this.#atOnce += 1
    const judgement = await check(localpart, password).finally(() => {
      this.#atOnce -= 1
    })
    if (judgement === 'right') return welcome(localpart)
    log.info({ localpart, network, judgement }, 'a password let nobody in')
    return failed(judgement)
  }
}
