/** Rooms that one is invited to: yes, or no with or without a reason, of which whoever invited is told (XEP-0045 §7.8.2). */
import { For } from 'solid-js'
import { localOf } from '../../model/address.ts'
import type { Invitation } from '../../state/state.ts'
import { Avatar } from '../avatar.tsx'
import { nameOf, placeFor, useApp } from '../app-context.ts'
import { refusalIn } from './trouble.tsx'

export function Invitations() {
  const { session, state, router, words } = useApp()
  const accept = ({ room }: Invitation): void => {
    router.go(placeFor('room', room))
    session.rooms.join(room, undefined).catch(refusalIn)
  }
  const decline = ({ room, from, isMediated }: Invitation): void => {
    session.rooms.dismiss(room)
    if (isMediated) session.rooms.care.decline(room, from, '').catch(refusalIn)
  }
  return (
    <For each={state.invitations}>
      {invitation => (
        <section class="card request">
          <Avatar address={invitation.room} name={localOf(invitation.room)} isRoom />
          <p dir="auto">{words().invitedBy(nameOf(state, invitation.from), localOf(invitation.room), invitation.reason ?? '')}</p>
          <button type="button" class="button primary" onClick={() => accept(invitation)}>
            {words().accept}
          </button>
          <button type="button" class="button" onClick={() => decline(invitation)}>
            {words().decline}
          </button>
        </section>
      )}
    </For>
  )
}
