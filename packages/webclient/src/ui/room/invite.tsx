/** Invites people to a room (XEP-0045 §7.8.2): those one knows as one types, or anybody by address; with a word to them. */
import { For, Show, createMemo, createSignal } from 'solid-js'
import { typedAddress } from '../../model/address.ts'
import { Avatar } from '../avatar.tsx'
import { nameOf, titleOf, useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import { Dialogue } from './dialogue.tsx'

const MOST_SHOWN = 6
/** The server takes so many at once. */
const MOST_INVITED = 20

export function InviteDialogue(props: { readonly room: string }) {
  const { session, state, words, tell } = useApp()
  const [sought, setSought] = createSignal('')
  const [reason, setReason] = createSignal('')
  const [chosen, setChosen] = createSignal<readonly string[]>([])
  let field!: HTMLInputElement
  const room = () => state.conversations[props.room]
  const title = (): string => {
    const found = room()
    return found ? titleOf(state, found) : props.room
  }
  const typed = createMemo(() => {
    const address = typedAddress(sought(), state.domain)
    return address === state.own ? undefined : address
  })
  const found = createMemo(() => {
    const words = sought().toLocaleLowerCase().split(/\s+/).filter(Boolean)
    if (words.length === 0) return []
    const isMeant = (address: string): boolean => {
      const text = `${nameOf(state, address)} ${address}`.toLocaleLowerCase()
      return !chosen().includes(address) && words.every(word => text.includes(word))
    }
    const known = Object.keys(state.people).filter(isMeant).slice(0, MOST_SHOWN)
    const whole = typed()
    return whole === undefined || known.includes(whole) || chosen().includes(whole) ? known : [...known, whole]
  })
  const choose = (address: string): void => {
    if (chosen().length < MOST_INVITED) setChosen([...chosen(), address])
    setSought('')
    field.focus()
  }
  const act = async (): Promise<boolean> => {
    const rest = typed()
    const people = rest === undefined || chosen().includes(rest) ? chosen() : [...chosen(), rest]
    if (people.length === 0) return false
    await session.rooms.care.invite(props.room, people, reason())
    tell(words().invited(people.length))
    return true
  }
  const count = (): number => chosen().length + (typed() === undefined ? 0 : 1)
  return (
    <Dialogue title={words().inviteTitle(title())} action={words().inviteSend(count())} isReady={count() > 0} act={act}>
      <Show when={room()?.room?.features.includes('muc_membersonly')}>
        <p class="quiet">{words().inviteMembers}</p>
      </Show>
      <ul class="chosen">
        <For each={chosen()}>
          {address => (
            <li>
              <span dir="auto">{nameOf(state, address)}</span>
              <button
                type="button"
                class="plain"
                aria-label={words().uninvite(nameOf(state, address))}
                onClick={() => setChosen(chosen().filter(one => one !== address))}
              >
                <Icon name="close" />
              </button>
            </li>
          )}
        </For>
      </ul>
      <label class="field">
        <span>{words().inviteWhom}</span>
        <input
          ref={element => (field = element)}
          autocomplete="off"
          autofocus
          value={sought()}
          onInput={event => setSought(event.currentTarget.value)}
          onKeyDown={event => {
            const first = found()[0]
            if (event.key !== 'Enter' || event.isComposing || first === undefined) return
            event.preventDefault()
            choose(first)
          }}
        />
      </label>
      <ul class="list people found">
        <For each={found()}>
          {address => (
            <li>
              <button type="button" class="item two" onClick={() => choose(address)}>
                <Avatar address={address} name={nameOf(state, address)} />
                <span class="text">
                  <span class="title" dir="auto">
                    {nameOf(state, address)}
                  </span>
                  <span class="preview">{address}</span>
                </span>
              </button>
            </li>
          )}
        </For>
      </ul>
      <label class="field">
        <span>{words().inviteReason}</span>
        <input maxlength="300" value={reason()} onInput={event => setReason(event.currentTarget.value)} />
      </label>
    </Dialogue>
  )
}
