/** A second judge: expat, which most XMPP software reads with, in a child process that is asked in batches. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

const PYTHON = '/usr/bin/python3'

export class Expat {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #answers: AsyncIterator<string>

  private constructor() {
    this.#child = spawn(PYTHON, [join(import.meta.dirname, 'expat.py')], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** Undefined on a machine without Python. */
  static open(): Expat | undefined {
    return spawnSync(PYTHON, ['-c', 'import xml.parsers.expat']).status === 0 ? new Expat() : undefined
  }

  /** What is wrong with each document, undefined where nothing is. */
  async judge(documents: readonly string[]): Promise<(string | undefined)[]> {
    this.#child.stdin.write(documents.map(document => `${Buffer.from(document).toString('base64')}\n`).join(''))
    const verdicts: (string | undefined)[] = []
    while (verdicts.length < documents.length) {
      const { value, done } = await this.#answers.next()
      if (done) throw new Error('The Python child that runs expat has ended; see what it wrote above')
      verdicts.push(value === 'ok' ? undefined : value)
    }
    return verdicts
  }

  close(): void {
    this.#child.stdin.end()
  }
}
