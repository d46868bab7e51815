/** Pages that a person can open years from now: plain HTML, with nothing that runs and nothing from elsewhere. */

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const html = (text: string): string => text.replaceAll(/[&<>"']/g, character => ESCAPES[character] ?? '')

const STYLE = `:root{color-scheme:light dark;--line:#8884;--dim:#767676;--own:#0068b31a}
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
time,.dim{color:var(--dim);font-size:.85rem}.m{padding:.4rem .6rem;margin:.3rem 0;border-radius:.5rem}.m.own{background:var(--own)}
.m p{margin:.1rem 0;white-space:pre-wrap;overflow-wrap:anywhere}.day{border-top:1px solid var(--line);margin-top:1.2rem;padding-top:.4rem}`

export const pageHead = (title: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${html(title)}</h1>
`
export const PAGE_END = '</body>\n</html>\n'

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string): string => `<tr>${cells.map(cell => `<${tag}>${cell}</${tag}>`).join('')}</tr>\n`
  return `<table>\n${line(head, 'th')}${rows.map(row => line(row, 'td')).join('')}</table>\n`
}

/** `path` is relative, its parts are names. */
export const link = (path: string, text: string): string =>
  `<a href="${html(path.split('/').map(encodeURIComponent).join('/'))}">${html(text)}</a>`

/** An address of the web, and nothing that would do something. */
export const webLink = (url: string): string =>
  /^https?:\/\//i.test(url) ? `<a href="${html(url)}" rel="noreferrer">${html(url)}</a>` : html(url)
