/** The people one knows, who of them is here, and how to reach somebody else. */
import { For, Show, createEffect, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js'
import { typedAddress } from '../model/address.ts'
import type { Person } from '../state/state.ts'
import { AvailabilityWord, Avatar } from './avatar.tsx'
import { Icon } from './icons.tsx'
import { nameOf, placeFor, useApp } from './app-context.ts'

/** People come and go in floods; nobody can point at a list that is put in order more often. */
const CALM_MS = 1000
const ORDER = ['available', 'busy', 'away', 'offline', 'unknown']

export function PeopleScreen() {
  const { state, router, words, session } = useApp()
  const [sought, setSought] = createSignal('')
  const availabilityOf = (address: string) => state.presences[address]?.availability ?? 'unknown'
  const collator = createMemo(() => new Intl.Collator(words().locale))
  const [order, setOrder] = createSignal(0)
  let calm: ReturnType<typeof setTimeout> | undefined
  createEffect(
    on(
      () => Object.values(state.presences).map(presence => presence?.availability),
      () => {
        calm ??= setTimeout(() => {
          calm = undefined
          setOrder(order() + 1)
        }, CALM_MS)
      },
      { defer: true },
    ),
  )
  onCleanup(() => clearTimeout(calm))
  const rankOf = (address: string): number => untrack(() => ORDER.indexOf(availabilityOf(address)))
  const found = createMemo(() => {
    order()
    const words = sought().toLocaleLowerCase().split(/\s+/).filter(Boolean)
    const isMeant = ({ address, groups }: Person): boolean => {
      const text = `${nameOf(state, address)} ${address} ${groups.join(' ')}`.toLocaleLowerCase()
      return words.every(word => text.includes(word))
    }
    return Object.values(state.people)
      .filter(isMeant)
      .map(person => ({ person, name: nameOf(state, person.address), rank: rankOf(person.address) }))
      .sort((one, other) => one.rank - other.rank || collator().compare(one.name, other.name))
      .map(({ person }) => person)
  })
  const typed = createMemo(() => {
    const address = typedAddress(sought(), state.domain)
    return address !== undefined && !state.people[address] && address !== state.own ? address : undefined
  })
  return (
    <div class="page">
      <header class="top">
        <a class="back" data-inside href="/" aria-label={words().back}>
          <Icon name="back" />
        </a>
        <h1>{words().people}</h1>
      </header>
      <div class="column scroll">
        <label class="field">
          <span>{words().findPeople}</span>
          <input type="search" autocomplete="off" value={sought()} onInput={event => setSought(event.currentTarget.value)} />
        </label>
        <ul class="list people">
          <For
            each={found()}
            fallback={
              <Show when={state.isKnown && typed() === undefined}>
                <li class="hint">{words().nobodyFound}</li>
              </Show>
            }
          >
            {person => (
              <li>
                <a class="item two" data-inside href={router.href(placeFor('person', person.address))}>
                  <Avatar address={person.address} name={nameOf(state, person.address)} availability={availabilityOf(person.address)} />
                  <span class="text">
                    <span class="title" dir="auto">
                      {nameOf(state, person.address)}
                    </span>
                    <span class="preview" dir="auto">
                      <AvailabilityWord availability={availabilityOf(person.address)} />
                      <Show when={state.presences[person.address]?.status}>{status => <> · {status()}</>}</Show>
                    </span>
                  </span>
                  <span class="preview">{person.groups.join(', ')}</span>
                </a>
              </li>
            )}
          </For>
          <Show when={typed()}>
            {address => (
              <li class="row">
                <a class="item two" data-inside href={router.href(placeFor('person', address()))}>
                  <Avatar address={address()} name={address()} />
                  <span class="text">
                    <span class="title">{address()}</span>
                    <span class="preview">{words().writeTo}</span>
                  </span>
                </a>
                <button
                  type="button"
                  class="button"
                  onClick={() => void session.people.add(address(), undefined).then(() => setSought(''))}
                >
                  {words().addContact}
                </button>
              </li>
            )}
          </Show>
        </ul>
      </div>
    </div>
  )
}
