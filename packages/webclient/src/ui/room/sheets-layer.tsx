/** The sheet that is open, if any. Not part of the first page: read when the first of them is wanted. */
import { Match, Switch } from 'solid-js'
import { BlockDialogue } from './block.tsx'
import { ConfigureDialogue } from './configure.tsx'
import { DeedDialogue, DestroyDialogue, LeaveDialogue, TakeBackDialogue } from './deeds.tsx'
import { InviteDialogue } from './invite.tsx'
import { NewRoomDialogue } from './new-room.tsx'
import { SomebodyMenu } from './somebody-menu.tsx'
import { type Sheet, sheet } from './sheets.ts'
import '../styles/room.css'

/** The sheet, if it is of that kind. */
const of = <K extends Sheet['kind']>(...kinds: readonly K[]): Extract<Sheet, { readonly kind: K }> | undefined => {
  const now = sheet()
  return now && (kinds as readonly string[]).includes(now.kind) ? (now as Extract<Sheet, { readonly kind: K }>) : undefined
}

export function SheetsLayer() {
  return (
    <Switch>
      <Match when={of('menu')} keyed>
        {menu => <SomebodyMenu at={menu.at} who={menu.who} />}
      </Match>
      <Match when={of('block')} keyed>
        {({ who }) => <BlockDialogue who={who} />}
      </Match>
      <Match when={of('deed')} keyed>
        {({ who, room, deed }) => <DeedDialogue who={who} room={room} deed={deed} />}
      </Match>
      <Match when={of('take-back')} keyed>
        {({ room, message }) => <TakeBackDialogue room={room} message={message} />}
      </Match>
      <Match when={of('invite')} keyed>
        {({ room }) => <InviteDialogue room={room} />}
      </Match>
      <Match when={of('configure')} keyed>
        {({ room }) => <ConfigureDialogue room={room} />}
      </Match>
      <Match when={of('destroy')} keyed>
        {({ room }) => <DestroyDialogue room={room} />}
      </Match>
      <Match when={of('leave')} keyed>
        {({ room }) => <LeaveDialogue room={room} />}
      </Match>
      <Match when={of('new-room')} keyed>
        {({ name }) => <NewRoomDialogue name={name} />}
      </Match>
    </Switch>
  )
}
