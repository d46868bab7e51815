/** The block lists of our accounts: in memory while used, written through. */
import { type Now, andThen } from '../../routing/now.ts'
import { Remembered } from '../../storage/remembered.ts'
import type { Documents, Localpart } from '../../storage/repositories.ts'
import { BlockList } from './block-list.ts'

const KIND = 'block-list'
const EMPTY = new BlockList([])

export class BlockLists {
  readonly #documents: Pick<Documents, 'get' | 'set'>
  readonly #lists: Remembered<BlockList>

  constructor(documents: Pick<Documents, 'get' | 'set'>) {
    this.#documents = documents
    this.#lists = new Remembered(async owner => {
      const text = await documents.get(owner, KIND, '')
      return text === undefined ? EMPTY : new BlockList(text.split('\n'))
    })
  }

  of(owner: Localpart): Now<BlockList> {
    return this.#lists.of(owner)
  }

  /** Of an account that was removed: whoever has the name next has none of it. */
  forget(owner: Localpart): void {
    this.#lists.forget(owner)
  }

  /** Takes effect at once; settles when it is on disk. */
  change(owner: Localpart, update: (list: BlockList) => BlockList): Now<void> {
    return andThen(this.of(owner), async before => {
      const after = update(before)
      this.#lists.set(owner, after)
      try {
        await this.#documents.set(owner, KIND, '', after.size === 0 ? undefined : after.addresses.join('\n'))
      } catch (error) {
        // What is not on disk must not stay in memory as if it were.
        this.#lists.forget(owner)
        throw error
      }
    })
  }
}
