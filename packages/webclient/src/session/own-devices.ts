/** What has access to one's account (XEP-0494): phones, programs, browsers; and how it is taken away. Read when somebody wants to see it. */
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import { ListClients, RevokeClient } from '@plodge/xmpp/xeps/client-access.ts'
import { shown } from '../model/names.ts'
import type { Questions } from '../connection/questions.ts'

export interface OwnDevice {
  readonly id: string
  /** Empty when it does not say what it is called. */
  readonly name: string
  /** The network address; empty when it is not known. */
  readonly place: string
  /** Milliseconds since 1970; undefined for what was never used. */
  readonly lastSeen: number | undefined
  readonly isHere: boolean
  /** The one in front of which somebody sits who reads this. */
  readonly isOwn: boolean
  readonly isBrowser: boolean
  /** Only another password shuts it out. */
  readonly knowsPassword: boolean
}

type Listed = Value<NonNullable<(typeof ListClients)['response']>>['clients'][number]

/** One's own first, then as the server has them: what is connected, then what was used last. */
export async function listDevices(questions: Questions): Promise<readonly OwnDevice[]> {
  const { clients } = await questions.ask(ListClients, {})
  return clients.map(deviceOf).sort((a, b) => Number(b.isOwn) - Number(a.isOwn))
}

export const endDevice = (questions: Questions, { id }: OwnDevice): Promise<unknown> => questions.ask(RevokeClient, { id })

function deviceOf({ id, connected, lastSeen, auth, userAgent, more }: Listed): OwnDevice {
  const isBrowser = more?.isWeb ?? false
  const [device, software] = [shown(userAgent?.device ?? ''), isBrowser ? '' : shown(userAgent?.software ?? '')]
  return {
    id,
    name: device !== '' && software !== '' ? `${device} (${software})` : device || software,
    place: shown(more?.address ?? ''),
    lastSeen,
    isHere: connected,
    isOwn: more?.isOwn ?? false,
    isBrowser,
    knowsPassword: auth.password,
  }
}
