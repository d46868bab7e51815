/** The plain page: who is signed in sends messages and sees those that come. */
import { Stream, element } from './stream.js'

const byId = id => document.getElementById(id)
const [state, outside, inside, messages] = ['state', 'outside', 'inside', 'messages'].map(byId)

const session = await fetch('/session').then(
  answer => answer.json(),
  () => undefined,
)
if (!session) state.textContent = 'The server cannot be reached; try again later.'
else if (session.address === null) leave('You are not signed in.')
else enter(session)

function leave(why) {
  state.textContent = why
  outside.hidden = false
  byId('by-password').hidden = session?.signInByPassword === undefined
  inside.hidden = true
}

function enter({ address, domain }) {
  inside.hidden = false
  const stream = new Stream(domain, heard, (now, why) => {
    if (now === 'over') return leave(why)
    state.textContent = now === 'here' ? `You are ${address}.` : 'The line is lost; one moment…'
    state.dataset.now = now
    return whenAway(now)
  })
  byId('say').addEventListener('submit', event => {
    event.preventDefault()
    const [to, text] = [byId('to').value.trim(), byId('text').value]
    const whole = to.includes('@') ? to : `${to}@${domain}`
    const body = element('jabber:client', 'body', {}, text)
    stream.send(element('jabber:client', 'message', { to: whole, type: 'chat', id: crypto.randomUUID() }, body))
    show(`To ${whole}: ${text}`)
    byId('text').value = ''
  })
}

/** A session that ended while the line was lost cannot be told so by it. */
async function whenAway(now) {
  if (now !== 'away') return
  const answer = await fetch('/session').then(
    answer => answer.json(),
    () => undefined,
  )
  if (answer?.address === null) leave('You are not signed in any more.')
}

function heard(stanza) {
  const body = stanza.localName === 'message' ? [...stanza.children].find(({ localName }) => localName === 'body') : undefined
  if (body) show(`${stanza.getAttribute('from').split('/')[0]}: ${body.textContent}`)
}

function show(text) {
  const line = document.createElement('li')
  line.textContent = text
  messages.append(line)
}
