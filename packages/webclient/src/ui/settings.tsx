/** Oneself: what others see, and the way out. */
import { Suspense, lazy } from 'solid-js'
import { Avatar } from './avatar.tsx'
import { nameOf, useApp } from './app-context.ts'
import { Icon } from './icons.tsx'
import { NoticesSetting } from '../offline/notices-setting.tsx'
import { LanguageSetting } from './language-setting.tsx'
import { StatusForm } from './presence/status-form.tsx'
import { BlockedPeople } from './room/blocked-people.tsx'
import { OwnName } from './room/own-name.tsx'

const OwnDevices = lazy(() => import('./devices/own-devices.tsx').then(({ OwnDevices }) => ({ default: OwnDevices })))

export function SettingsScreen() {
  const { session, state, words, notices } = useApp()
  const signOut = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    void session.leave([notices.turnOff()]).then(() => form.submit())
  }
  return (
    <div class="page">
      <header class="top">
        <a class="back" data-inside href="/" aria-label={words().back}>
          <Icon name="back" />
        </a>
        <h1>{words().you}</h1>
      </header>
      <div class="column scroll">
        <section class="card request">
          <Avatar address={state.own} name={nameOf(state, state.own)} />
          <p>
            <b>{nameOf(state, state.own)}</b>
            <br />
            {state.own}
          </p>
        </section>
        <section class="card setting">
          <StatusForm done={() => {}} />
        </section>
        <NoticesSetting />
        <LanguageSetting />
        <OwnName />
        <BlockedPeople />
        <Suspense>
          <OwnDevices />
        </Suspense>
        <form method="post" action="/sign-out" onSubmit={signOut}>
          <button class="button">{words().signOut}</button>
        </form>
      </div>
    </div>
  )
}
