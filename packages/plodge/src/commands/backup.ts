/** plodge backup and plodge restore. */
import { resolve } from 'node:path'
import { restore as restoreStore } from '@plodge/server/storage/sqlite/restore.ts'
import { administer, doneOr } from '../administer.ts'
import { type Command, OK, UsageError } from '../command.ts'
import { findConfig } from '../config/find.ts'
import { loadConfig } from '../config/load.ts'

export const backup: Command = {
  name: 'backup',
  summary: 'Copies the database to a file, while the server runs or not.',
  words: ['FILE'],
  options: {},
  examples: ['plodge backup /var/backups/plodge-$(date +%F).db'],
  notes: `The file must not exist. The copy is consistent: all that was acknowledged before the command is in it.
Files that people sent are not in it: copy uploads/ and upload.key in the data folder too, after this command.
The tokens by which devices come back are sealed with tokens.key, which is not in it either: without that file each device logs in by password once.`,
  run(invocation) {
    const [file] = invocation.words
    if (file === undefined) throw new UsageError('To which file?')
    return administer(invocation, async ask => {
      doneOr(await ask('backup', { file: resolve(file) }))
      invocation.terminal.print(invocation.options['json'] === true ? JSON.stringify({ file: resolve(file) }) : `Backed up to ${file}`)
      return OK
    })
  },
}

export const restore: Command = {
  name: 'restore',
  summary: 'Puts a backup in place. The server must not run.',
  words: ['FILE'],
  options: { replace: { type: 'boolean', meaning: 'even where there is a store already; that one is kept beside it' } },
  examples: ['plodge restore /var/backups/plodge-2026-11-23.db', 'plodge restore backup.db --replace'],
  async run({ words, options, terminal }) {
    const [file] = words
    if (file === undefined) throw new UsageError('From which file?')
    const { data } = loadConfig(findConfig(options['config']))
    const { kept } = restoreStore(resolve(file), data, { replace: options['replace'] === true })
    if (options['json'] === true) terminal.print(JSON.stringify({ kept: kept ?? null }))
    else terminal.print(`Restored ${file} to ${data}${kept === undefined ? '' : `; what was there is now ${kept}`}`)
    return OK
  },
}
