/** What a request is answered with, and the headers that every answer has. */

/** Beside the pages of signing in, where neither the client nor its worker has anything. */
export const STYLE_PATH = '/sign-on/page.css'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Buffer
}

/** Strict: nothing inline, nothing from elsewhere but files that people sent (`uploads`, an origin), and nobody puts these pages into theirs. */
export function headersFor(publicUrl: string, uploads?: string): Readonly<Record<string, string>> {
  const { host, hostname } = new URL(publicUrl)
  const files = uploads === undefined || uploads === publicUrl ? '' : ` ${uploads}`
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "font-src 'self'",
      "manifest-src 'self'",
      "worker-src 'self'",
      // What a client has in hand, such as an avatar that came over the stream, is a `blob:` of its own making.
      `img-src 'self' blob:${files}`,
      `media-src 'self' blob:${files}`,
      // Not every browser takes 'self' for a WebSocket too.
      `connect-src 'self' wss://${host}${files}`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    // With `no-referrer` a browser would not say either where a form of ours is from.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(self), geolocation=()',
    'Cache-Control': 'no-store',
    // On a person's own machine it would be for whatever else runs there.
    ...(hostname === 'localhost' ? {} : { 'Strict-Transport-Security': 'max-age=31536000' }),
  }
}

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)

export interface PageLink {
  readonly href: string
  readonly text: string
}

/** A page of a few words and a way on. */
export function words(status: number, title: string, text: string, links: readonly PageLink[], cookies: readonly string[] = []): Reply {
  return page(status, title, [`<p>${escape(text)}</p>`, ...waysOf(links)], cookies)
}

export interface PasswordForm {
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  readonly title: string
  readonly name: string
  readonly password: string
  readonly signIn: string
}

/** A page where somebody types a name and a password; `said` is what they typed as a name, `isTrouble` whether the text says what went wrong. */
export function askForPassword(
  status: number,
  text: { readonly text: string; readonly isTrouble: boolean },
  form: PasswordForm & { readonly action: string; readonly said: string },
  links: readonly PageLink[],
): Reply {
  const { title, name, password, signIn, action, said, lang, dir } = form
  const [first, second] = said === '' ? [' autofocus', ''] : ['', ' autofocus']
  const lines = [
    `<p role="${text.isTrouble ? 'alert' : 'status'}">${escape(text.text)}</p>`,
    `<form method="post" action="${escape(action)}">`,
    `<p><label>${escape(name)} <input name="name" value="${escape(said)}" autocomplete="username" autocapitalize="none" spellcheck="false" dir="ltr" required${first}></label></p>`,
    `<p><label>${escape(password)} <input name="password" type="password" autocomplete="current-password" dir="ltr" required${second}></label></p>`,
    `<p><button>${escape(signIn)}</button></p>`,
    '</form>',
    ...waysOf(links),
  ]
  return page(status, title, lines, [], `lang="${lang}" dir="${dir}"`)
}

const waysOf = (links: readonly PageLink[]): readonly string[] =>
  links.map(({ href, text }) => `<p><a href="${escape(href)}">${escape(text)}</a></p>`)

const page = (status: number, title: string, lines: readonly string[], cookies: readonly string[], language = 'lang="en"'): Reply => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8', 'Set-Cookie': cookies },
  body: `<!doctype html>
<html ${language}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="${STYLE_PATH}"></head>
<body><main><h1>${escape(title)}</h1>
${lines.join('\n')}
</main></body>
</html>
`,
})

export const plain = (status: number, text: string, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  body: `${text}\n`,
})

export const seeOther = (location: string, cookies: readonly string[]): Reply => ({
  status: 303,
  headers: { Location: location, 'Set-Cookie': cookies },
  body: '',
})
