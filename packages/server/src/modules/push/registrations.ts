/** Where each account's devices want to be woken (XEP-0357 §5): in memory while used, written through. */
import { type Now, andThen } from '../../routing/now.ts'
import { Remembered } from '../../storage/remembered.ts'
import type { Documents, Localpart } from '../../storage/repositories.ts'

const KIND = 'push'

export interface Registration {
  readonly service: string
  readonly node: string | undefined
  /** The form for the service, as XML. */
  readonly options: string | undefined
  /** The resource that asked for it. */
  readonly resource: string
  /** Which of the account's clients that was: it is not woken any more once it is shut out. */
  readonly client?: string | undefined
}

const NONE: readonly Registration[] = []

export class Registrations {
  readonly #documents: Documents
  readonly #known: Remembered<readonly Registration[]>

  constructor(documents: Documents) {
    this.#documents = documents
    this.#known = new Remembered(async owner => {
      const texts = await documents.list(owner, KIND)
      return texts.size === 0 ? NONE : Array.from(texts.values(), text => JSON.parse(text) as Registration)
    })
  }

  of(owner: Localpart): Now<readonly Registration[]> {
    return this.#known.of(owner)
  }

  /** Of an account that was removed: whoever has the name next has none of it. */
  forget(owner: Localpart): void {
    this.#known.forget(owner)
  }

  /** §5: the last request for a service and node counts. Settles when it is on disk. */
  put(owner: Localpart, registration: Registration): Now<void> {
    return andThen(this.of(owner), async before => {
      const others = before.filter(other => nameOf(other) !== nameOf(registration))
      await this.#write(owner, [...others, registration], [[nameOf(registration), JSON.stringify(registration)]])
    })
  }

  /** Those that the condition picks; settles when they are gone from the disk. */
  remove(owner: Localpart, isMeant: (registration: Registration) => boolean): Now<void> {
    return andThen(this.of(owner), async before => {
      const gone = before.filter(isMeant)
      if (gone.length === 0) return
      await this.#write(
        owner,
        before.filter(other => !gone.includes(other)),
        gone.map(registration => [nameOf(registration), undefined]),
      )
    })
  }

  async #write(
    owner: Localpart,
    after: readonly Registration[],
    changes: readonly (readonly [string, string | undefined])[],
  ): Promise<void> {
    this.#known.set(owner, after)
    try {
      await Promise.all(changes.map(([name, text]) => this.#documents.set(owner, KIND, name, text)))
    } catch (error) {
      // What is not on disk must not stay in memory as if it were.
      this.#known.forget(owner)
      throw error
    }
  }
}

/** The pair that makes a registration. */
export const nameOf = ({ service, node }: Pick<Registration, 'service' | 'node'>): string =>
  JSON.stringify(node === undefined ? [service] : [service, node])
