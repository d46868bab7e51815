/** XEP-0494: a person sees what has access to their account, and takes it away. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CAM, type ClientAccess, ListClients, PasswordResetRequired, RevokeClient } from '@plodge/xmpp/xeps/client-access.ts'
import type { AccessingDevice } from '../../accounts/devices/device.ts'
import type { Devices } from '../../accounts/devices/devices.ts'
import type { WebSessions } from '../../accounts/web-sessions/web-sessions.ts'
import type { Clients } from '../../accounts/clients/clients.ts'
import type { Module } from '../../routing/host.ts'
import type { Session } from '../../routing/session.ts'
import { deviceCommands } from './commands.ts'
import { Newcomers } from './newcomers.ts'

export interface ClientAccessOptions {
  readonly devices: Devices
  readonly clients: Pick<Clients, 'onNew'>
  readonly webSessions: Pick<WebSessions, 'left'>
  readonly tellsOfNewDevices: () => boolean
}

export const clientAccess = ({ devices, clients, webSessions, tellsOfNewDevices }: ClientAccessOptions): Module => ({
  name: 'client-access',
  implements: { 'XEP-0494': '0.1.0' },
  accountFeatures: [CAM],
  install(host) {
    host.answer(ListClients, 'self', async (_, { from, session }) => ({
      clients: (await devices.list(from.local)).map(device => accessOf(device, session !== undefined && devices.isOf(session, device))),
    }))
    host.answer(RevokeClient, 'self', async ({ id }, { from }) => {
      const device = await devices.find(from.local, id)
      if (!device) throw new StanzaError('item-not-found', 'There is no such device; it may have been shut out already')
      if (device.knowsPassword) {
        const why = 'This device knows the password of the account: change that, and everything that does not know the new one is shut out'
        throw new StanzaError('service-unavailable', why, { detail: PasswordResetRequired.write({}) })
      }
      if (device.hasCertificate)
        throw new StanzaError('service-unavailable', 'This device has a certificate: ask the service desk to have that refused')
      await devices.revoke(from.local, device)
    })
    host.commands.register(...deviceCommands(devices))
    const left = (session: Session): void => webSessions.left(session, host.sessions.of(session.account))
    host.life.lost.push(left)
    host.life.closed.push(left)
    const newcomers = new Newcomers(host)
    clients.onNew(client => {
      if (tellsOfNewDevices()) newcomers.meet(client)
    })
  },
})

/** An app password is what the specification calls a grant. */
function accessOf({ id, kind, software, name, firstSeen, lastSeen, address, ...device }: AccessingDevice, isOwn: boolean): ClientAccess {
  const { isConnected, isWeb, knowsPassword, hasToken, appPassword } = device
  return {
    connected: isConnected,
    id,
    type: kind === 'app-password' ? 'access' : 'session',
    firstSeen,
    lastSeen: lastSeen ?? undefined,
    auth: { password: knowsPassword, grant: appPassword !== null, fast: hasToken },
    permission: { status: appPassword && !knowsPassword ? 'normal' : 'unrestricted' },
    userAgent: { software: software ?? undefined, uri: undefined, device: name ?? undefined },
    more: { isOwn, isWeb, address: address ?? undefined },
  }
}
