/** What the sample sign-on server shows: a form with its people, and words when something is wrong. */
import type { Question } from './question.ts'

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title></head>
<body>
<main>
<h1>${escape(title)}</h1>
${content}
</main>
</body>
</html>
`

/** It is sent to where it came from: the question stays in the address. */
export function formPage({ desc, msg, url }: Question, people: readonly string[], wrong: string): string {
  const options = people.map(name => `<option value="${escape(name)}"></option>`).join('')
  return page(
    'Sample sign-on',
    `<p>This stands in for Raven. ${escape(desc)} at ${escape(url.host)} asks who you are.</p>
<p>${escape(msg)}</p>
<p role="alert">${escape(wrong)}</p>
<form method="post">
<p><label>Name <input name="principal" list="people" autocomplete="username" autofocus></label><datalist id="people">${options}</datalist></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password"></label></p>
<p><button name="do" value="sign-in">Sign in</button> <button name="do" value="cancel">Cancel</button></p>
</form>`,
  )
}

export const wordsPage = (title: string, words: string): string => page(title, `<p>${escape(words)}</p>`)
