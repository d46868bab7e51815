/** The language of the page: each under its own name, and with its `lang`, so that a screen reader says it right. */
import { For } from 'solid-js'
import { LANGUAGES, type LanguageCode } from '../i18n/languages.ts'
import { useApp } from './app-context.ts'

export function LanguageSetting() {
  const { language, words, tell } = useApp()
  const choose = (code: LanguageCode): void => void language.choose(code).catch(() => tell(words().unreachable))
  return (
    <section class="card setting">
      <label class="field">
        <span>{words().language}</span>
        <select value={language.code()} onChange={event => choose(event.currentTarget.value as LanguageCode)}>
          <For each={Object.entries(LANGUAGES)}>
            {([code, name]) => (
              <option value={code} lang={code} selected={code === language.code()}>
                {name}
              </option>
            )}
          </For>
        </select>
      </label>
    </section>
  )
}
