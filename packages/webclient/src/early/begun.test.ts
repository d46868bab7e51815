import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { takeSocket } from './begun.ts'

const socketThatIs = (readyState: number): WebSocket => ({ readyState }) as WebSocket
const begin = (socket: WebSocket | undefined): void => {
  globalThis.begun = { who: Promise.resolve(undefined), socket, isTaken: false }
}
afterEach(() => {
  globalThis.begun = undefined
})

test('a line that was begun is taken once', () => {
  const socket = socketThatIs(WebSocket.CONNECTING)
  begin(socket)
  assert.equal(takeSocket(), socket)
  assert.equal(takeSocket(), undefined)
})

test('whoever comes before it was begun says that none is wanted any more', () => {
  begin(undefined)
  assert.equal(takeSocket(), undefined)
  assert.equal(globalThis.begun?.isTaken, true)
})

test('one that is closed already is none', () => {
  begin(socketThatIs(WebSocket.CLOSED))
  assert.equal(takeSocket(), undefined)
})

test('without anything begun there is none', () => {
  assert.equal(takeSocket(), undefined)
})
