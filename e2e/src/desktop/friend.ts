/** Whom somebody on a desktop client talks to: a person on `stanza` who has avatars, files and a memory of what was said. */
import { createHash } from 'node:crypto'
import { deflateSync, crc32 } from 'node:zlib'
import { type Agent, createClient } from 'stanza'
import { Arrivals } from '../clients/device.ts'
import type { Account, Target } from '../target/target.ts'

export interface Friend {
  readonly agent: Agent
  readonly jid: string
  /** Bare addresses whose presence it sees, and who see its own. */
  readonly friends: ReadonlySet<string>
  /** A room to be entered by every device of this person (XEP-0048). */
  bookmarks(room: string, nick: string): Promise<void>
  say(to: string, body: string): void
  /** Resolves with the links that came with it (XEP-0066). */
  hears(isIt: (body: string) => boolean, what: string): Promise<{ readonly body: string; readonly links: readonly string[] }>
  /** Resolves with the picture that somebody wears now. */
  seesAvatar(jid: string, id: string): Promise<Buffer>
  /** Gives what it is known by. */
  wears(picture: Buffer): Promise<string>
  /** By upload (XEP-0363) and a link to it. */
  sends(to: string, name: string, bytes: Buffer): Promise<void>
}

interface Said {
  readonly body: string
  readonly links: readonly string[]
}
interface Worn {
  readonly jid: string
  readonly id: string
}

export async function friend(target: Target, account: Account): Promise<Friend> {
  const jid = `${account.name}@${target.domain}`
  const agent = createClient({
    jid,
    password: account.password,
    resource: 'stanza',
    transports: { websocket: target.wsUrl, bosh: false },
    autoReconnect: false,
  })
  for (const mechanism of ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS']) agent.sasl.disable(mechanism)
  const said = new Arrivals<Said>(`the friend ${account.name}`)
  const worn = new Arrivals<Worn>(`the friend ${account.name}`)
  agent.on('message', ({ body, links }) => {
    if (body !== undefined) said.add({ body, links: links?.flatMap(({ url }) => url ?? []) ?? [] })
  })
  agent.on('avatar', ({ jid, avatars }) => {
    for (const { id } of avatars) worn.add({ jid, id })
  })
  const friends = new Set<string>()
  agent.on('roster:update', ({ roster }) => {
    for (const { jid, subscription } of roster.items ?? []) if (subscription === 'both') friends.add(jid)
  })
  agent.on('subscribe', ({ from }) => {
    agent.acceptSubscription(from)
    agent.subscribe(from)
  })
  const started = new Promise((resolve, reject) => {
    agent.once('session:started', resolve)
    agent.once('disconnected', reject)
  })
  agent.connect()
  await started
  await agent.getRoster()
  agent.updateCaps()
  agent.sendPresence({ legacyCapabilities: agent.getCurrentCaps()?.legacyCapabilities ?? [] })
  return {
    agent,
    jid,
    friends,
    bookmarks: async (room, nick) => void (await agent.setBookmarks([{ jid: room, autoJoin: true, nick, name: 'A room' }])),
    say: (to, body) => void agent.sendMessage({ to, type: 'chat', body }),
    hears: (isIt, what) => said.next(({ body }) => isIt(body), what, 40_000),
    async seesAvatar(jid, id) {
      await worn.next(one => one.jid === jid && one.id === id, `an avatar of ${jid}`, 40_000)
      return (await agent.getAvatar(jid, id)).content?.data ?? Buffer.alloc(0)
    },
    async wears(bytes) {
      const id = createHash('sha1').update(bytes).digest('hex')
      await agent.publishAvatar(id, bytes)
      // Not `useAvatars`: it calls the item something else than the picture (XEP-0084 §3), and Dino goes by that name.
      const metadata = {
        itemType: 'urn:xmpp:avatar:metadata',
        versions: [{ id, bytes: bytes.length, mediaType: 'image/png', width: 64, height: 64 }],
      }
      await agent.publish('', 'urn:xmpp:avatar:metadata', metadata as never, id)
      return id
    },
    async sends(to, name, bytes) {
      const { upload, download } = await agent.getUploadSlot(`upload.${target.domain}`, {
        name,
        size: bytes.length,
        mediaType: 'image/png',
      })
      const headers = { 'content-type': 'image/png', ...Object.fromEntries((upload.headers ?? []).map(({ name, value }) => [name, value])) }
      const { status } = await fetch(upload.url, { method: 'PUT', body: new Uint8Array(bytes), headers })
      if (status !== 201) throw new Error(`the upload gave ${status}`)
      agent.sendMessage({ to, type: 'chat', body: download, links: [{ url: download }] })
    },
  }
}

/** A picture in one colour, PNG, 64 by 64. */
export function picture(red: number, green: number, blue: number): Buffer {
  const row = Buffer.concat([Buffer.from([0]), ...Array.from({ length: 64 }, () => Buffer.from([red, green, blue]))])
  const header = Buffer.from([0, 0, 0, 64, 0, 0, 0, 64, 8, 2, 0, 0, 0])
  const chunk = (kind: string, data: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(kind, 'latin1'), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length, 0)
    frame.writeUInt32BE(crc32(named), 4)
    return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)])
  }
  const pixels = deflateSync(Buffer.concat(Array.from({ length: 64 }, () => row)))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
