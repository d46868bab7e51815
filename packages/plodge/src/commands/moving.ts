/** plodge user export and import: whole accounts, to another server or from one. */
import { resolve } from 'node:path'
import type { ImportReport } from '@plodge/server/portability/report.ts'
import { administer, doneOr } from '../administer.ts'
import { type Command, FAILED, OK, UsageError } from '../command.ts'
import { nameIn } from './person.ts'

export const userExport: Command = {
  name: 'user export',
  summary: 'Writes all that a person has here to a file: for other servers (XEP-0227), or to be read by the person.',
  words: ['NAME', 'FILE'],
  options: { readable: { type: 'boolean', meaning: 'a zip with pages, texts and the files that they uploaded' } },
  examples: ['plodge user export fanf2 /var/backups/fanf2.xml', 'plodge user export fanf2 fanf2.zip --readable'],
  notes: `The file must not exist. In it are contacts, vCard, private data, personal nodes, block list, history and its preferences, messages that wait,
and what proves the password (SCRAM), so keep it as safe as the database. Not in it: uploaded files (in the zip they are), app passwords, devices, push, and a
password that is only known as a hash of the feed.`,
  run(invocation) {
    const [name, file] = invocation.words
    if (name === undefined) throw new UsageError('Whom? Give a name, such as fanf2')
    if (file === undefined) throw new UsageError('To which file?')
    return administer(invocation, async (ask, { domain }) => {
      const localpart = nameIn(name.toLowerCase(), domain)
      const written = doneOr(
        await ask('exportUser', { localpart, file: resolve(file), isReadable: invocation.options['readable'] === true }),
      )
      const { terminal, options } = invocation
      terminal.print(options['json'] === true ? JSON.stringify(written) : `Wrote ${localpart} to ${file}, ${written.bytes} bytes`)
      return OK
    })
  },
}

export const userImport: Command = {
  name: 'user import',
  summary: 'Takes the people in, and all that is theirs, from a file that another server wrote (XEP-0227).',
  words: ['FILE'],
  options: {},
  examples: ['plodge user import /var/backups/fanf2.xml', `plodge user import prosody.xml --json | jq '.notes[].text'`],
  notes: `Only people of this server’s own domain are taken. Somebody who is here already keeps their password, and what they have; while their data is
read they are locked out. The same file can be imported again: nothing comes twice.`,
  run(invocation) {
    const [file] = invocation.words
    if (file === undefined) throw new UsageError('From which file?')
    return administer(invocation, async ask => {
      const report = doneOr(await ask('importUsers', { file: resolve(file) }))
      const { terminal, options } = invocation
      if (options['json'] === true) terminal.print(JSON.stringify(report))
      else tell(report, terminal)
      return report.people.length > 0 ? OK : FAILED
    })
  },
}

function tell({ people, notes }: ImportReport, terminal: { print(text: string): void; complain(text: string): void }): void {
  for (const { localpart, isNew, contacts, nodes, items, messages, waiting } of people) {
    const parts = [`${contacts} contacts`, `${items} items in ${nodes} new nodes`, `${messages} messages`, `${waiting} waiting`]
    terminal.print(`${localpart}  ${isNew ? 'new' : 'known'}  ${parts.join(', ')}`)
  }
  for (const { text, times } of notes) terminal.complain(times > 1 ? `${text} (${times} times)` : text)
  terminal.complain(`${people.length} ${people.length === 1 ? 'person' : 'people'}`)
}
