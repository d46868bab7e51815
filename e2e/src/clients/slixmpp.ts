/** `slixmpp` in a Python child: TCP with STARTTLS and direct TLS; PLAIN, SCRAM with SHA-1, -256 and -512, and -PLUS over TLS 1.2. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Account, Target } from '../target/target.ts'
import { type Arrival, Arrivals, type ConnectOptions, type Device, type Door, type Library, isPresenceOf, portOf } from './device.ts'
import type { Member } from './room-members.ts'

const PYTHON = '/usr/bin/python3'
const SCRIPT = join(import.meta.dirname, '../slixmpp/device.py')

const HASHES = ['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const
// It binds to tls-unique only, which TLS 1.3 does not have (RFC 9266 §3). Left to itself it tries them all and ends with PLAIN there.
function doorsOf(transport: 'starttls' | 'tls', tls: '1.2' | '1.3'): Door[] {
  const mechanisms = ['PLAIN', ...HASHES, ...(tls === '1.2' ? HASHES.map(name => `${name}-PLUS`) : [])]
  const door = (mechanism: string | undefined): Door => ({
    label: `${mechanism ?? 'its own choice'} over ${transport} with TLS ${tls}`,
    tls,
    transport,
    ...(mechanism && { mechanism }),
  })
  return [undefined, ...mechanisms].map(door)
}
const doors: readonly Door[] = [
  ...doorsOf('starttls', '1.2'),
  ...doorsOf('starttls', '1.3'),
  ...doorsOf('tls', '1.2'),
  ...doorsOf('tls', '1.3'),
]

export const slixmpp: Library = {
  name: 'slixmpp',
  missing: spawnSync(PYTHON, ['-c', 'import slixmpp']).status === 0 ? undefined : 'the Debian package python3-slixmpp is not installed',
  doors,
  async connect(target, account, options) {
    const { script, jid } = await enter(target, account, options)
    return device(script, jid)
  },
}

async function enter(
  target: Target,
  account: Account,
  { resource, door, port = portOf(target, door) }: ConnectOptions,
): Promise<{ readonly script: Script; readonly jid: string }> {
  const settings = {
    jid: `${account.name}@${target.domain}/${resource}`,
    password: account.password,
    host: target.host,
    port,
    certificate: target.certificateFile,
    ...door,
  }
  const child = spawn(PYTHON, [SCRIPT, JSON.stringify(settings)], { stdio: ['pipe', 'pipe', 'pipe'] })
  const script = new Script(child, `${account.name}/${resource}`)
  const ready = await script.told.next(({ event }) => event === 'ready' || event === 'failed' || event === 'ended', 'the session')
  if (ready.event !== 'ready') throw new Error(`slixmpp did not log in: ${ready.why ?? ''}`)
  if (door.tls !== undefined && ready.tls !== `TLSv${door.tls}`) throw new Error(`slixmpp spoke ${ready.tls}`)
  return { script, jid: ready.jid ?? '' }
}

/** A person in rooms. */
export async function slixmppMember(target: Target, account: Account): Promise<Member> {
  const door = doors.find(({ mechanism }) => mechanism === 'SCRAM-SHA-1') as Door
  const { script } = await enter(target, account, { resource: 'slixmpp', door })
  return {
    enter: async room => void (await script.ask('enter', { room, nick: account.name })),
    say: (room, body) => void script.order('tell', { room, body }),
    heard: script.heard,
    stop: async () => {
      script.order('leave')
      await script.ended
    },
  }
}

interface Told {
  readonly event: 'ready' | 'failed' | 'ended' | 'answer'
  readonly id?: number
  readonly value?: unknown
  readonly error?: string
  readonly why?: string
  readonly jid?: string
  readonly tls?: string
}

class Script {
  readonly told: Arrivals<Told>
  readonly arrivals: Arrivals<Arrival>
  /** What was said in rooms. */
  readonly heard: string[] = []
  readonly ended: Promise<void>
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  #ids = 0

  constructor(child: ChildProcessByStdio<Writable, Readable, Readable>, who: string) {
    this.#child = child
    this.told = new Arrivals(who)
    this.arrivals = new Arrivals(who)
    // It may be gone when it is told to leave.
    child.stdin.on('error', () => {})
    let errors = ''
    child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()))
    createInterface({ input: child.stdout }).on('line', line =>
      this.#hear(JSON.parse(line) as Told | (Arrival & { readonly event: string })),
    )
    this.ended = new Promise(resolve => {
      child.once('exit', () => {
        this.told.add({ event: 'ended', why: errors })
        resolve()
      })
    })
  }

  /** Gives the number its answer will have. */
  order(command: string, args: object = {}): number {
    const id = (this.#ids += 1)
    this.#child.stdin.write(`${JSON.stringify({ do: command, id, ...args })}\n`)
    return id
  }

  async ask(command: string, args: object = {}): Promise<unknown> {
    const id = this.order(command, args)
    const { value, error } = await this.told.next(told => told.event === 'answer' && told.id === id, `the answer to ${command}`)
    if (error !== undefined) throw new Error(error)
    return value
  }

  #hear(told: Told | (Arrival & { readonly event: string })): void {
    const { event } = told
    if (event === 'groupchat') this.heard.push((told as { readonly body?: string }).body ?? '')
    else if (event === 'message' || event === 'copy' || event === 'presence' || event === 'resumed')
      this.arrivals.add({ ...told, kind: event } as Arrival)
    else this.told.add(told as Told)
  }
}

function device(script: Script, jid: string): Device {
  const { arrivals } = script
  return {
    jid,
    say: (to, body) => void script.ask('say', { to, body }),
    hears: async body =>
      ((await arrivals.next(arrival => arrival.kind === 'message' && arrival.body === body, body)) as { from: string }).from,
    hearsCopy: async body => void (await arrivals.next(arrival => arrival.kind === 'copy' && arrival.body === body, `a copy of ${body}`)),
    enableCarbons: async () => void (await script.ask('carbons')),
    befriend: async jid => void (await script.ask('befriend', { jid })),
    async accept(jid) {
      await arrivals.next(isPresenceOf(jid, 'subscribe'), `a request of ${jid}`)
      await script.ask('approve', { jid })
    },
    sees: async (jid, isAvailable) =>
      void (await arrivals.next(isPresenceOf(jid, isAvailable ? 'available' : 'unavailable'), `${jid} ${isAvailable}`)),
    contacts: async () => new Map(Object.entries((await script.ask('contacts')) as Record<string, string>)),
    history: async page => (await script.ask('history', { page })) as string[],
    resumed: async () => void (await arrivals.next(({ kind }) => kind === 'resumed', 'the resumption')),
    async leave() {
      script.order('leave')
      await script.ended
    },
  }
}
