/** plodge passwords import: takes a password feed once, by hand. */
import { resolve } from 'node:path'
import { administer, doneOr } from '../administer.ts'
import { type Command, OK, UsageError } from '../command.ts'

export const passwordsImport: Command = {
  name: 'passwords import',
  summary: 'Takes a password feed: everybody in it may log in, everybody who came from a feed and is not in it is locked.',
  words: ['FILE'],
  options: {
    'dry-run': { type: 'boolean', meaning: 'say what would happen, change nothing' },
    force: { type: 'boolean', meaning: 'take it although it is much smaller, or older, than the last' },
  },
  examples: ['plodge passwords import hermes.passwd --dry-run', 'plodge passwords import hermes.passwd'],
  notes: 'The forms of the file are in docs/password-feed.md. Neither passwords nor hashes are ever printed.',
  run(invocation) {
    const { words, options, terminal } = invocation
    const [file] = words
    if (file === undefined) throw new UsageError('Which file?')
    const dryRun = options['dry-run'] === true
    return administer(invocation, async ask => {
      const counts = doneOr(await ask('importPasswords', { file: resolve(file), dryRun, force: options['force'] === true }))
      if (options['json'] === true) terminal.print(JSON.stringify(counts))
      else {
        const parts = [
          `${counts.people} people`,
          `${counts.added} new`,
          `${counts.changed} changed`,
          `${counts.removed} no longer there and locked`,
          `${counts.locked} locked by a mark`,
        ]
        terminal.print(`${dryRun ? 'Would take' : 'Took'}: ${parts.join(', ')}`)
        if (counts.badLines > 0) terminal.complain(`${counts.badLines} lines were not understood and left out`)
      }
      return OK
    })
  },
}
