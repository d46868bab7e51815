/** What the stream features say of XEP-0388: the mechanisms, and what can happen in the same breath as logging in. */
import { TOKEN_MECHANISMS } from '@plodge/xmpp/sasl/hashed-token.ts'
import { SCRAM_MECHANISMS } from '@plodge/xmpp/sasl/mechanisms.ts'
import { BIND2 } from '@plodge/xmpp/xeps/bind2.ts'
import { CSI } from '@plodge/xmpp/xeps/client-state.ts'
import { FAST } from '@plodge/xmpp/xeps/fast.ts'
import { SASL2 } from '@plodge/xmpp/xeps/sasl2.ts'
import { UPGRADE } from '@plodge/xmpp/xeps/sasl-upgrade.ts'
import type { Connection } from '../../net/connection.ts'
import type { StreamContext } from '../stream.ts'
import { SM } from '../management.ts'

export function authenticationFeature(mechanisms: readonly string[], connection: Connection, { host, tokens }: StreamContext): string {
  const names = [CSI, SM, ...host.inline.flatMap(({ feature }) => feature ?? [])]
  const features = names.map(name => `<feature var='${name}'/>`).join('')
  const bind = `<bind xmlns='${BIND2}'><inline>${features}</inline></bind>`
  const fast = tokens.isOn ? `<fast xmlns='${FAST}'>${listed(tokenMechanisms(connection))}</fast>` : ''
  const offers = mechanisms.includes('PLAIN') ? SCRAM_MECHANISMS : []
  const upgrades = offers.map(name => `<upgrade xmlns='${UPGRADE}'>UPGR-${name}</upgrade>`).join('')
  const inline = `<inline>${bind}<sm xmlns='${SM}'/>${fast}</inline>`
  return `<authentication xmlns='${SASL2}'>${listed(mechanisms)}${inline}${upgrades}</authentication>`
}

/** Those that this connection can do. */
export function tokenMechanisms({ channelBindings }: Connection): readonly string[] {
  return TOKEN_MECHANISMS.filter(({ binding }) => binding === undefined || channelBindings.includes(binding)).map(({ name }) => name)
}

const listed = (names: readonly string[]): string => names.map(name => `<mechanism>${name}</mechanism>`).join('')
