/** Whom one blocks, and the way back. */
import { For } from 'solid-js'
import { Avatar } from '../avatar.tsx'
import { nameOf, useApp } from '../app-context.ts'
import { refusalIn } from './trouble.tsx'

export function BlockedPeople() {
  const { session, state, words, tell } = useApp()
  const unblock = (address: string): void =>
    void session.blocking.unblock(address).then(() => tell(words().unblocked(nameOf(state, address))), refusalIn)
  return (
    <section class="card" aria-label={words().blockedPeople}>
      <h2 class="card-title">{words().blockedPeople}</h2>
      <ul class="list people">
        <For each={state.blocked} fallback={<li class="hint">{words().blockedNobody}</li>}>
          {address => (
            <li class="row">
              <span class="item two">
                <Avatar address={address} name={nameOf(state, address)} />
                <span class="text">
                  <span class="title" dir="auto">
                    {nameOf(state, address)}
                  </span>
                  <span class="preview">{address}</span>
                </span>
              </span>
              <button type="button" class="button" onClick={() => unblock(address)}>
                {words().unblock}
              </button>
            </li>
          )}
        </For>
      </ul>
    </section>
  )
}
