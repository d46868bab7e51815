/** A question to a storage thread that waits for its answer. */
import { StorageError } from '../repositories.ts'
import type { Answer, Call } from './protocol.ts'

export interface Asked extends Call {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: StorageError) => void
}

/** Answers come in the order of the questions. */
export function settle(asked: readonly Asked[], answers: readonly Answer[]): void {
  for (const [index, { resolve, reject }] of asked.entries()) {
    const answer = answers[index]
    if (answer === undefined) reject(new StorageError('The storage thread did not answer.'))
    else if ('error' in answer) reject(new StorageError(answer.error))
    else resolve(answer.value)
  }
}
