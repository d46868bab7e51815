/** XEP-0133 §4.13–4.22: how many people there are, and who. */
import type { AccountRecord } from '../../storage/repositories.ts'
import type { Session } from '../../routing/session.ts'
import { choice, line } from '../../routing/command-fields.ts'
import { type Command, command } from '../../routing/commands.ts'
import { textElement } from '@plodge/xmpp/xeps/codec.ts'
import { ADMIN, type AdministrationNeeds } from './needs.ts'

const SIZES = ['25', '50', '75', '100', '150', '200']
/** Whoever wants no limit gets this one: an answer must pass through a stream. */
const MOST = 1000
const PAGE = 1000

/** In order of name, after a name. */
type People = (after: string) => AsyncIterable<string> | Iterable<string>

interface Kind {
  /** Of the node, as the specification has it. */
  readonly number: string
  readonly list: string
  /** Of the fields. */
  readonly numberField: string
  readonly listField: string
  readonly people: People
}

export function countCommands(needs: AdministrationNeeds): readonly Command[] {
  const registered =
    (which: (account: AccountRecord) => boolean): People =>
    after =>
      accountsOf(needs, after, which)
  const online =
    (which: (sessions: readonly Session[]) => boolean): People =>
    after =>
      onlineOf(needs, after, which)
  const kinds: Readonly<Record<string, Kind>> = {
    registered: kind(
      'registered-users',
      'registereduser',
      registered(() => true),
    ),
    disabled: kind(
      'disabled-users',
      'disableduser',
      registered(({ lockedAt }) => lockedAt !== undefined),
    ),
    online: kind(
      'online-users',
      'onlineuser',
      online(() => true),
    ),
    // §4.21 and §4.22 name these lists without -list, and what is in the last one like what is in the first.
    active: { ...kind('active-users', 'activeuser', online(isActive)), list: 'get-active-users' },
    idle: {
      ...kind(
        'idle-users',
        'idleuser',
        online(sessions => !isActive(sessions)),
      ),
      list: 'get-idle-users',
      listField: 'activeuserjids',
    },
  }
  return Object.entries(kinds).flatMap(([name, one]) => [numberOf(name, one, needs), listOf(name, one, needs)])
}

const kind = (node: string, field: string, people: People): Kind => ({
  number: `get-${node}-num`,
  list: `get-${node}-list`,
  numberField: `${field}snum`,
  listField: `${field}jids`,
  people,
})

const numberOf = (name: string, { number, numberField, people }: Kind, { accounts }: AdministrationNeeds): Command =>
  command({
    node: `${ADMIN}#${number}`,
    formType: ADMIN,
    title: `Count ${name} users`,
    who: ['helpdesk'],
    async run() {
      let count = 0
      if (name === 'registered') count = await accounts.count()
      else for await (const _ of people('')) count += 1
      return { fields: [{ name: numberField, label: `The number of ${name} users`, values: [String(count)] }] }
    },
  })

const listOf = (name: string, { list, listField, people }: Kind, { domain }: AdministrationNeeds): Command =>
  command({
    node: `${ADMIN}#${list}`,
    formType: ADMIN,
    title: `List ${name} users`,
    who: ['operator'],
    fields: {
      max_items: choice(
        'Maximum number of items to show',
        [...SIZES.map(size => ({ label: size, value: size })), { label: `None (${MOST})`, value: 'none' }],
        { value: '100' },
      ),
      after: line('Begin after this name', { description: 'To see the next page, give the last name of the one before.' }),
    },
    async run({ max_items: size = 'none', after }) {
      const most = size === 'none' ? MOST : Number(size)
      const found: string[] = []
      let isWhole = true
      for await (const localpart of people(after.split('@')[0] ?? '')) {
        isWhole = found.length < most
        if (!isWhole) break
        found.push(localpart)
      }
      return {
        fields: [
          {
            name: listField,
            label: `The list of ${name} users`,
            type: 'jid-multi',
            values: found.map(local => `${local}@${domain.domain}`),
          },
        ],
        ...(!isWhole && { note: `There are more: ask again for those after ${found.at(-1) ?? ''}` }),
      }
    },
  })

async function* accountsOf(
  { accounts }: AdministrationNeeds,
  after: string,
  which: (account: AccountRecord) => boolean,
): AsyncGenerator<string> {
  let last: string | undefined = after === '' ? undefined : after
  for (;;) {
    const page = await accounts.list(last, PAGE)
    for (const account of page) if (which(account)) yield account.localpart
    if (page.length < PAGE) return
    last = page.at(-1)?.localpart
  }
}

function onlineOf({ live }: AdministrationNeeds, after: string, which: (sessions: readonly Session[]) => boolean): readonly string[] {
  if (!live) return []
  const of = new Map<string, Session[]>()
  for (const session of live.sessions.all()) {
    if (session.localpart <= after) continue
    const known = of.get(session.localpart)
    if (known) known.push(session)
    else of.set(session.localpart, [session])
  }
  return [...of].flatMap(([localpart, sessions]) => (which(sessions) ? [localpart] : [])).sort()
}

const Show = textElement('jabber:client', 'show')

/** On some device they are not away, and look at it as far as it tells (XEP-0352). */
const isActive = (sessions: readonly Session[]): boolean =>
  sessions.some(({ presence, inactiveSince }) => {
    const show = presence?.get(Show)
    return presence !== undefined && inactiveSince === undefined && show !== 'away' && show !== 'xa'
  })
