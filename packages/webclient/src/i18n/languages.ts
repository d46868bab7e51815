/** Which languages there are, which one is spoken here, and the words of it. English is there at once; the others come when somebody wants them. */
import { createSignal } from 'solid-js'
import { type Words, en } from './en.ts'

/** By their own names, as somebody looks for them who reads no other. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const
export type LanguageCode = keyof typeof LANGUAGES

const LOADERS: Readonly<Record<LanguageCode, () => Promise<Words>>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import('./de.ts')).de,
  ar: async () => (await import('./ar.ts')).ar,
}
const KEPT = 'language'

export interface Language {
  readonly words: () => Words
  readonly code: () => LanguageCode
  /** Speaks another language from now on, and remembers it. */
  readonly choose: (code: LanguageCode) => Promise<void>
  /** Speaks what was chosen, otherwise what the browser asks for; English when it cannot be loaded. */
  readonly begin: () => Promise<void>
}

const isKnown = (code: string | null | undefined): code is LanguageCode => code != null && Object.hasOwn(LANGUAGES, code)

/** The first of those that somebody reads that there is: `de-AT` reads German (RFC 4647 §3.4). */
export const bestOf = (wanted: readonly string[]): LanguageCode => wanted.map(tag => tag.toLowerCase().split('-')[0]).find(isKnown) ?? 'en'

export function makeLanguage(): Language {
  const [spoken, setSpoken] = createSignal<{ readonly code: LanguageCode; readonly words: Words }>({ code: 'en', words: en })
  const speak = async (code: LanguageCode): Promise<void> => {
    const words = await LOADERS[code]()
    document.documentElement.lang = words.locale
    document.documentElement.dir = words.dir
    setSpoken({ code, words })
  }
  return {
    words: () => spoken().words,
    code: () => spoken().code,
    choose: async code => {
      await speak(code)
      remember(code)
    },
    begin: () => speak(remembered() ?? bestOf(navigator.languages)).catch(() => undefined),
  }
}

function remembered(): LanguageCode | undefined {
  try {
    const code = localStorage.getItem(KEPT)
    return isKnown(code) ? code : undefined
  } catch {
    return undefined
  }
}

/** Storage may be full or forbidden; then a choice lasts as long as the page. */
function remember(code: LanguageCode): void {
  try {
    localStorage.setItem(KEPT, code)
  } catch {
    // As said.
  }
}
