/** Signing in as a browser does it, by hand, and what comes in by the session: for clients without a page. */
import assert from 'node:assert/strict'

/** The name and value of a cookie that an answer sets. */
export const cookieOf = (answer: Response, cookie: string): string =>
  answer.headers
    .getSetCookie()
    .find(line => line.startsWith(`${cookie}=`))
    ?.split(';')[0] ?? assert.fail(`no ${cookie}`)

const ask = (to: string, init: RequestInit = {}): Promise<Response> => fetch(to, { ...init, redirect: 'manual' })

/** By the sample campus's sign-on server; gives the session cookie. */
export async function signIn(url: string, name: string): Promise<string> {
  const begun = await ask(`${url}/sign-on`)
  const body = new URLSearchParams({ do: 'sign-in', principal: name, password: 'test' })
  const said = await ask(begun.headers.get('location') ?? '', { method: 'POST', body })
  const back = await ask(said.headers.get('location') ?? '', { headers: { Cookie: cookieOf(begun, '__Host-plodge-sign-on') } })
  return cookieOf(back, '__Host-plodge')
}

/** Opens a stream with the session and binds it (RFC 7395, RFC 6120 §7); gives the address. Rejects when nobody opens it. */
export async function bindsAs(url: string, cookie: string): Promise<{ readonly jid: string; readonly socket: WebSocket }> {
  const headers = { Cookie: cookie, Origin: url }
  const socket = new WebSocket(`${url.replace('https', 'wss')}/xmpp-websocket`, { protocols: ['xmpp'], headers })
  const jid = await new Promise<string>((resolve, reject) => {
    socket.addEventListener('open', () => socket.send(`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>`))
    socket.addEventListener('close', () => reject(new Error('the stream was closed')))
    socket.addEventListener('error', () => reject(new Error('nobody opens the stream')))
    socket.addEventListener('message', ({ data }) => {
      const found = /<jid>([^<]+)<\/jid>/.exec(String(data))?.[1]
      if (found !== undefined) resolve(found)
      else if (String(data).includes('<bind'))
        socket.send(`<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`)
    })
  })
  return { jid, socket }
}
