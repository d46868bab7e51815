/** How the tier's own pages look, whatever client is beside them: the client's colours, in one column. Nothing may be inline, so that it is a file. */
import type { Reply } from './reply.ts'

const STYLE = `:root {
  color-scheme: light dark;
  --accent: light-dark(#0f6b5a, #7fd1bd);
  --edge: light-dark(#858e89, #6f7a77);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;
  background: light-dark(#f2f3ef, #15181a);
  color: light-dark(#1c2322, #e7ebe9);
}
body { display: grid; min-height: 100dvh; margin: 0; padding: 16px; box-sizing: border-box; place-items: center; }
main {
  box-sizing: border-box;
  inline-size: min(26rem, 100%);
  padding: 24px 32px;
  border: 1px solid light-dark(#dfe2dc, #2e3437);
  border-radius: 16px;
  background: light-dark(#ffffff, #212629);
}
h1 { margin: 0 0 8px; font-size: 1.375rem; line-height: 1.875rem; }
p { margin: 0 0 16px; }
main > p:last-child { margin: 0; }
p[role='alert'] { padding: 8px 12px; border-radius: 8px; background: light-dark(#fff3df, #33281a); color: light-dark(#7a4200, #f0b56a); }
label { display: grid; gap: 4px; font-size: 0.875rem; font-weight: 600; }
input {
  box-sizing: border-box;
  inline-size: 100%;
  min-block-size: 44px;
  padding: 8px 12px;
  border: 1px solid var(--edge);
  border-radius: 8px;
  background: light-dark(#fbfbf9, #15181a);
  color: inherit;
  font: inherit;
  font-weight: 400;
}
button {
  inline-size: 100%;
  min-block-size: 44px;
  border: 0;
  border-radius: 8px;
  background: var(--accent);
  color: light-dark(#ffffff, #0b1f1a);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
a { display: inline-block; padding-block: 4px; color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`

export const pageStyle = (): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'max-age=3600' },
  body: STYLE,
})
