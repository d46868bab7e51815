/** XEP-0492 (0.2.0): Chat notification settings: of which messages of a chat somebody wants to be told. */
import { elements, element, type Value } from './codec.ts'

export const NOTIFICATION_SETTINGS = 'urn:xmpp:notification-settings:1'
const LEVELS = ['always', 'on-mention', 'never'] as const
export type NotificationLevel = (typeof LEVELS)[number]

export const Notify = element(NOTIFICATION_SETTINGS, 'notify', { levels: elements() })

/** What is said of clients of that type (`phone`, `pc`), else of clients, else of all (§3); undefined where nothing is. */
export function levelFor(clientType: string, { levels }: Value<typeof Notify>): NotificationLevel | undefined {
  const ranked = levels.flatMap(({ ns, name, attributes }) => {
    const level = LEVELS.find(word => ns === NOTIFICATION_SETTINGS && word === name)
    const { 'identity-category': category, 'identity-type': type } = attributes
    const fits = (category === undefined || category === 'client') && (type === undefined || type === clientType)
    return level && fits ? [{ level, rank: (category === undefined ? 0 : 1) + (type === undefined ? 0 : 2) }] : []
  })
  return ranked.reduce<(typeof ranked)[number] | undefined>((best, one) => (best && best.rank >= one.rank ? best : one), undefined)?.level
}
