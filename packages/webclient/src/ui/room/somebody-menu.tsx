/** What one can do about somebody, or about a message of theirs: only what one may. */
import { DEEDS, deedsFor, mayModerate } from '../../model/offices.ts'
import { placeFor, useApp } from '../app-context.ts'
import { type Choice, Menu } from './menu.tsx'
import { openSheet, type Somebody } from './sheets.ts'
import { refusalIn } from './trouble.tsx'

/** What is asked about before it is done; all else can be undone at the same place. */
const ASKED = new Set(['kick', 'ban', 'makeOwner', 'unmakeOwner'])

export function SomebodyMenu(props: { readonly at: HTMLElement; readonly who: Somebody }) {
  const app = useApp()
  const { words } = app
  const { who } = props
  const label = who.message ? words().actions : words().personMenu(who.name)
  return <Menu at={props.at} label={label} choices={choicesFor(app, who)} close={() => openSheet(undefined)} />
}

function choicesFor({ session, state, router, words, tell }: ReturnType<typeof useApp>, who: Somebody): readonly Choice[] {
  const { address, room, message, name } = who
  const isMyself = address === state.own || message?.isMine === true
  const here = room === undefined ? undefined : state.conversations[room]?.room
  const choices: Choice[] = []
  if (address !== undefined && !isMyself && room !== undefined)
    choices.push({ name: words().write, icon: 'send', act: () => router.go(placeFor('person', address)) })
  const archive = message?.archive
  if (message && archive !== undefined && room !== undefined && here && !isMyself && mayModerate(here))
    choices.push({ name: words().takeBackOther, icon: 'bin', isBad: true, act: () => openSheet({ kind: 'take-back', room, message }) })
  if (room !== undefined && here && who.standing) {
    const isModerated = here.features.includes('muc_moderated')
    for (const deed of deedsFor({ me: here, them: who.standing, isMyself, isModerated })) {
      const act = (): void => {
        if (ASKED.has(deed)) return void openSheet({ kind: 'deed', who, room, deed })
        const done = session.rooms.care.do(room, DEEDS[deed], { nick: who.nick, address })
        return void done.then(
          () => tell(words().done),
          (error: unknown) => tell(words().troubles[refusalIn(error).condition] ?? words().troubles['other'] ?? ''),
        )
      }
      choices.push({ name: words().deeds[deed], icon: deed === 'kick' || deed === 'ban' ? 'leave' : 'people', isBad: ASKED.has(deed), act })
    }
  }
  // Where only moderators know addresses, as an occupant (XEP-0191 §6).
  const blockable = address ?? (room === undefined || who.nick === undefined ? undefined : `${room}/${who.nick}`)
  if (blockable !== undefined && !isMyself) {
    if (state.blocked.includes(blockable)) {
      const act = (): void => void session.blocking.unblock(blockable).then(() => tell(words().unblocked(name)), refusalIn)
      choices.push({ name: words().unblock, icon: 'block', act })
    } else
      choices.push({
        name: words().blockOrReport,
        icon: 'flag',
        isBad: true,
        act: () => openSheet({ kind: 'block', who: { ...who, address: blockable } }),
      })
  }
  return choices
}
