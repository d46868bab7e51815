/** What operators do about the files of people: see them, take them away, say how much there may be. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { address, line, yesOrNo } from '../../routing/command-fields.ts'
import { type Command, type Result, command, refusal } from '../../routing/commands.ts'
import type { Now } from '../../routing/now.ts'
import type { Localpart, UploadRecord, UploadUsage, Uploads } from '../../storage/repositories.ts'
import type { Quotas } from './quotas.ts'

const PAGE = 100
const OPERATOR = ['operator'] as const

export interface UploadCommandNeeds {
  readonly domain: string
  readonly exists: (localpart: Localpart) => Now<boolean>
  readonly uploads: Uploads
  readonly quotas: Quotas
}

export const uploadCommands = (needs: UploadCommandNeeds): readonly Command[] => [list(needs), remove(needs), quota(needs)]

const PERSON = address('Whose?', { required: true })
const about = ({ accountjid }: { readonly accountjid: Jid | undefined }): readonly string[] => (accountjid ? [accountjid.bare] : [])

const list = (needs: UploadCommandNeeds): Command =>
  command({
    node: 'list-uploads',
    title: 'List the files that somebody uploaded',
    instructions: 'Newest first, a hundred at once. Their names are shown, and not what is in them.',
    who: OPERATOR,
    fields: { accountjid: PERSON, before: line('Only those older than this one, by its id') },
    about,
    async run({ accountjid, before }): Promise<Result> {
      const owner = await ownerOf(accountjid, needs)
      const last = before === '' ? undefined : await needs.uploads.find(before)
      if (before !== '' && last?.owner !== owner) return refusal(`${owner} has no file with the id ${before}`)
      const rows = (await needs.uploads.list(owner, last, PAGE)).map(rowOf)
      const columns = ['id', 'name', 'type', 'bytes', 'uploaded', 'expires'].map(name => ({ name, label: name }))
      const usage = await needs.uploads.usage(owner)
      return { note: `${counted(usage)} in all`, table: { columns, rows } }
    },
  })

const remove = (needs: UploadCommandNeeds): Command =>
  command({
    node: 'delete-uploads',
    title: 'Delete files that somebody uploaded',
    instructions: 'Links to them stop working at once.',
    who: OPERATOR,
    fields: {
      accountjid: PERSON,
      id: line('The id of one file; without it, all files of this person are deleted'),
      all: yesOrNo('Delete all files of this person'),
      copies: yesOrNo('Delete the same file of everybody else, too'),
    },
    about,
    async run({ accountjid, id, all, copies }): Promise<Result> {
      const owner = await ownerOf(accountjid, needs)
      if ((id !== '') === all) return refusal('Give the id of a file, or say that all are meant')
      if (all) return { note: `Deleted: ${counted(await removeAll(owner, copies, needs))}` }
      const found = await needs.uploads.find(id)
      if (found?.owner !== owner) return refusal(`${owner} has no file with the id ${id}`)
      return { note: `Deleted: ${counted({ files: await removeOne(found, copies, needs), bytes: found.size })}` }
    },
  })

const quota = (needs: UploadCommandNeeds): Command =>
  command({
    node: 'upload-quota',
    title: 'See or set how much somebody may upload',
    instructions: 'Without numbers it shows what there is. "default" is what the settings say.',
    who: OPERATOR,
    fields: { accountjid: PERSON, files: line('Files'), bytes: line('Bytes') },
    about,
    async run({ accountjid, files, bytes }): Promise<Result> {
      const owner = await ownerOf(accountjid, needs)
      if (files !== '' || bytes !== '') {
        const wanted = files === 'default' ? undefined : readQuota(files, bytes)
        if (wanted === 'wrong') return refusal('A quota is a number of files and a number of bytes, or "default"')
        await needs.quotas.set(owner, wanted)
      }
      const [used, most, own] = [await needs.uploads.usage(owner), await needs.quotas.of(owner), await needs.quotas.ownOf(owner)]
      const field = (name: string, label: string, value: number | string) => ({ name, label, values: [String(value)] })
      return {
        fields: [
          field('files', 'Files', used.files),
          field('bytes', 'Bytes', used.bytes),
          field('most_files', 'Files there may be', written(most.files)),
          field('most_bytes', 'Bytes there may be', written(most.bytes)),
          field('set_by', 'Said by', own ? 'an operator' : 'the settings'),
        ],
      }
    },
  })

/** Throws StanzaError where there is no such person. */
async function ownerOf(jid: Jid | undefined, { domain, exists }: UploadCommandNeeds): Promise<Localpart> {
  if (!jid || jid.domain !== domain || jid.local === '') throw new StanzaError('item-not-found', `That is no address of a person here`)
  if (!(await exists(jid.local))) throw new StanzaError('item-not-found', `There is nobody called ${jid.local} here`)
  return jid.local
}

async function removeOne({ id, hash }: UploadRecord, copies: boolean, { uploads }: UploadCommandNeeds): Promise<number> {
  return copies ? uploads.removeContent(hash) : Number(await uploads.remove(id))
}

async function removeAll(owner: Localpart, copies: boolean, needs: UploadCommandNeeds): Promise<UploadUsage> {
  let [files, bytes] = [0, 0]
  for (;;) {
    const some = await needs.uploads.list(owner, undefined, PAGE)
    for (const upload of some) {
      const gone = await removeOne(upload, copies, needs)
      files += gone
      if (gone > 0) bytes += upload.size
    }
    if (some.length < PAGE) return { files, bytes }
  }
}

const NUMBER = /^\d{1,15}$/
const readQuota = (files: string, bytes: string): UploadUsage | 'wrong' =>
  NUMBER.test(files) && NUMBER.test(bytes) ? { files: Number(files), bytes: Number(bytes) } : 'wrong'

const written = (most: number): string => (most === Infinity ? 'no limit' : String(most))
const counted = ({ files, bytes }: UploadUsage): string => `${files} ${files === 1 ? 'file' : 'files'}, ${bytes} bytes`
const time = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? 'never' : `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
const rowOf = ({ id, name, type, size, createdAt, expiresAt }: UploadRecord): readonly string[] => [
  id,
  name,
  type,
  String(size),
  time(createdAt),
  time(expiresAt),
]
