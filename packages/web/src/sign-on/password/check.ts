/** Whether a password is somebody's: the chat server is asked, by a log-in that goes no further. It throttles guesses at a person as it always does. */
import type { WebSocket } from 'ws'
import { CLOSE_FRAME, Login, isForGood } from '../../relay/login.ts'

export type Judgement = 'right' | 'wrong' | 'locked' | 'later' | 'unknown'

/** The chat server may let a guess wait for ten seconds. */
const TIMEOUT_MS = 20_000
/** A wrong password is none of an account's that is locked: that is said to who has the right one. */
const LOCKED = new Set(['account-disabled', 'credentials-expired'])

/** `unknown` is when the chat server does not say. */
export function checkPassword(connect: () => WebSocket, domain: string, localpart: string, password: string): Promise<Judgement> {
  const { promise, resolve } = Promise.withResolvers<Judgement>()
  const login = new Login(domain, localpart, { kind: 'password', password })
  const socket = connect()
  const timer = setTimeout(() => socket.terminate(), TIMEOUT_MS).unref()
  const settle = (judgement: Judgement): void => {
    resolve(judgement)
    socket.close(1000)
  }
  socket.on('open', () => socket.send(login.first))
  socket.on('message', (data: Buffer) => {
    const step = login.hear(data.toString('utf8'))
    switch (step.kind) {
      case 'send':
        return step.frames.forEach(frame => socket.send(frame))
      case 'wait':
        return undefined
      case 'done':
        socket.send(CLOSE_FRAME)
        return settle('right')
      case 'refused':
        if (LOCKED.has(step.condition)) return settle('locked')
        return settle(isForGood(step.condition) ? 'wrong' : 'later')
      case 'ended':
      case 'broken':
        return settle('unknown')
    }
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    clearTimeout(timer)
    resolve('unknown')
  })
  return promise
}
