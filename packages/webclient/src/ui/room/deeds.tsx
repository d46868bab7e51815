/** What is asked about before it is done, because others feel it: putting out, banning, removing words, ending a room, leaving it. */
import { Show, createSignal } from 'solid-js'
import { typedAddress } from '../../model/address.ts'
import type { Message } from '../../model/message.ts'
import { DEEDS, type DeedName } from '../../model/offices.ts'
import { titleOf, useApp } from '../app-context.ts'
import { Dialogue } from './dialogue.tsx'
import type { Somebody } from './sheets.ts'

function Reason(props: { readonly label: string; readonly set: (text: string) => void }) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <input maxlength="300" onInput={event => props.set(event.currentTarget.value)} />
    </label>
  )
}

const bare = (label: string): string => label.replace(/\s*…$/, '')

export function DeedDialogue(props: { readonly who: Somebody; readonly room: string; readonly deed: DeedName }) {
  const { session, words, tell } = useApp()
  const [reason, setReason] = createSignal('')
  const act = async (): Promise<void> => {
    await session.rooms.care.do(props.room, DEEDS[props.deed], { nick: props.who.nick, address: props.who.address }, reason())
    tell(words().done)
  }
  return (
    <Dialogue title={`${bare(words().deeds[props.deed])}: ${props.who.name}`} action={bare(words().deeds[props.deed])} isBad act={act}>
      <p>{words().deedTexts[props.deed]?.(props.who.name)}</p>
      <Reason label={words().reason} set={setReason} />
    </Dialogue>
  )
}

export function TakeBackDialogue(props: { readonly room: string; readonly message: Message }) {
  const { session, words, tell } = useApp()
  const [reason, setReason] = createSignal('')
  const act = async (): Promise<void> => {
    await session.rooms.care.takeBack(props.room, props.message.archive ?? '', reason())
    tell(words().done)
  }
  return (
    <Dialogue title={words().takeBackTitle} action={words().remove} isBad act={act}>
      <blockquote class="their-words" dir="auto">
        {props.message.text.slice(0, 300) || props.message.file?.name}
      </blockquote>
      <p>{words().takeBackText}</p>
      <Reason label={words().reason} set={setReason} />
    </Dialogue>
  )
}

export function DestroyDialogue(props: { readonly room: string }) {
  const { session, state, router, words, tell } = useApp()
  const [reason, setReason] = createSignal('')
  const [instead, setInstead] = createSignal('')
  const conversation = () => state.conversations[props.room]
  const title = (): string => {
    const found = conversation()
    return found ? titleOf(state, found) : props.room
  }
  const act = async (): Promise<void> => {
    const other = instead().trim() === '' ? undefined : typedAddress(instead(), state.roomService)
    await session.rooms.care.destroy(props.room, other, reason())
    await session.rooms.leave(props.room)
    router.go({ kind: 'rooms' })
    tell(words().destroyed)
  }
  return (
    <Dialogue title={words().destroyTitle(title())} action={bare(words().destroyRoom)} isBad act={act}>
      <p>{words().destroyText}</p>
      <label class="field">
        <span>{words().destroyInstead}</span>
        <input autocomplete="off" value={instead()} onInput={event => setInstead(event.currentTarget.value)} />
      </label>
      <Show when={instead().trim() !== '' && typedAddress(instead(), state.roomService) === undefined}>
        <p class="trouble">{words().troubles['jid-malformed']}</p>
      </Show>
      <Reason label={words().destroyReason} set={setReason} />
    </Dialogue>
  )
}

export function LeaveDialogue(props: { readonly room: string }) {
  const { session, router, words } = useApp()
  const act = async (): Promise<void> => {
    await session.rooms.leave(props.room)
    router.go({ kind: 'rooms' })
  }
  return (
    <Dialogue title={words().leaveRoom} action={words().leaveRoom} act={act}>
      <p>{words().leaveText}</p>
    </Dialogue>
  )
}
