/** Fresh hashes from Debian's own tools, where they are installed (whois, apache2-utils, dovecot-core). */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, test } from 'node:test'
import { Passwords } from './passwords.ts'
import { parseStored } from './stored.ts'

const passwords = new Passwords({ most: 1 })
after(() => passwords.close())

/** Lengths around the block sizes of the hashes, and every kind of letter. */
const PASSWORDS = ['a', 'sixteen bytes 16', 'Zoë’s naïve café 密碼 🔑', 'x'.repeat(63), 'y'.repeat(64), `${'long '.repeat(13)}€`]

const GENERATORS: readonly (readonly [tool: string, what: string, args: (password: string) => readonly string[]])[] = [
  ...['md5crypt', 'sha256crypt', 'sha512crypt', 'bcrypt', 'yescrypt'].map(
    form => ['mkpasswd', form, (p: string) => ['-m', form, p]] as const,
  ),
  ...['-nbm', '-nbB', '-nbs', '-nb5'].map(flag => ['htpasswd', flag, (p: string) => [flag, 'u', p]] as const),
  ...['SSHA512', 'PBKDF2', 'ARGON2ID', 'SCRAM-SHA-1', 'SCRAM-SHA-256'].map(
    scheme => ['doveadm', scheme, (p: string) => ['pw', '-s', scheme, '-p', p]] as const,
  ),
]

for (const [tool, what, args] of GENERATORS) {
  test(`${tool} ${what} and we agree on what fits`, async t => {
    // Argon2 takes a tenth of a second each time.
    for (const password of what === 'ARGON2ID' ? PASSWORDS.slice(2, 3) : PASSWORDS) {
      const line = run(tool, args(password))
      if (line === undefined) return t.skip(`${tool} is not installed`)
      const text = line.replace(/^u:/, '')
      const stored = parseStored(text)
      assert(stored.kind !== 'refused', `${text} was refused`)
      const check = (given: string) => (stored.kind === 'verifier' ? passwords.fits(stored.verifier, given) : passwords.verify(text, given))
      const verdict = await check(password)
      if (verdict === 'unsupported') return t.skip('libcrypt or koffi is missing here')
      assert.equal(verdict, 'right', `${text} for ${password}`)
      assert.equal(await check(`!${password}`), 'wrong')
    }
  })
}

function run(tool: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
