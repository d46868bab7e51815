/** plodge uploads: the files that people uploaded. */
import { type Command, type Invocation, UsageError } from '../command.ts'
import { addressIn, call } from './call.ts'

const nameIn = ({ words: [name] }: Invocation): string => {
  if (name === undefined) throw new UsageError('Whose? Give a name, such as fanf2')
  return name
}

const list: Command = {
  name: 'uploads list',
  summary: 'Lists the files that a person uploaded, newest first, a hundred at once.',
  words: ['NAME'],
  options: { before: { type: 'string', value: 'ID', meaning: 'only what is older than that file' } },
  examples: ['plodge uploads list fanf2', `plodge uploads list fanf2 --json | jq '.rows[] | select((.bytes | tonumber) > 50000000) | .id'`],
  run(invocation) {
    const name = nameIn(invocation)
    const { before } = invocation.options
    return call(invocation, 'list-uploads', settings => ({
      accountjid: [addressIn(name, settings)],
      ...(typeof before === 'string' && { before: [before] }),
    }))
  },
}

const remove: Command = {
  name: 'uploads delete',
  summary: 'Deletes a file that a person uploaded, or all of them. Links to it stop working at once.',
  words: ['NAME', 'ID'],
  options: {
    all: { type: 'boolean', meaning: 'all files of this person' },
    copies: { type: 'boolean', meaning: 'and the same file wherever else it was uploaded, by whomever' },
  },
  examples: [
    'plodge uploads delete fanf2 5f1c09b2e4a7',
    'plodge uploads delete fanf2 5f1c09b2e4a7 --copies',
    'plodge uploads delete fanf2 --all',
  ],
  notes: 'What a file takes on disk is free a minute later, or when the server starts.',
  run(invocation) {
    const name = nameIn(invocation)
    const [, id] = invocation.words
    const { all, copies } = invocation.options
    if ((id === undefined) !== (all === true)) throw new UsageError('Which? Give the id of a file, as the list shows it, or --all')
    return call(invocation, 'delete-uploads', settings => ({
      accountjid: [addressIn(name, settings)],
      ...(id !== undefined && { id: [id] }),
      all: [String(all === true)],
      copies: [String(copies === true)],
    }))
  },
}

const quota: Command = {
  name: 'uploads quota',
  summary: 'Shows how much a person uploaded and may upload, or sets that.',
  words: ['NAME', '[FILES | default]', '[BYTES]'],
  options: {},
  examples: ['plodge uploads quota fanf2', 'plodge uploads quota fanf2 50000 21474836480', 'plodge uploads quota fanf2 default'],
  notes: 'Without a quota of their own, people have what [upload] in the configuration says.',
  run(invocation) {
    const name = nameIn(invocation)
    const [, files, bytes] = invocation.words
    if (files !== undefined && files !== 'default' && bytes === undefined)
      throw new UsageError('Give both: how many files, and how many bytes')
    return call(invocation, 'upload-quota', settings => ({
      accountjid: [addressIn(name, settings)],
      ...(files !== undefined && { files: [files] }),
      ...(bytes !== undefined && { bytes: [bytes] }),
    }))
  },
}

export const uploadCommands: readonly Command[] = [list, remove, quota]
