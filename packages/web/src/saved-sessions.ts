/**
 * Who is signed in, across a restart that was wanted: written when the tier stops, taken away when it starts. Never while it runs: after a crash
 * somebody who signed out would be in again.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { SavedSession, Sessions } from './sessions.ts'
import type { Log } from './settings.ts'
import { type Addresses, localpartOf } from './sign-on/person.ts'

export function saveSessions(file: string, sessions: Sessions, log: Log): void {
  try {
    writeFileSync(file, JSON.stringify({ version: 1, sessions: sessions.saved() }), { mode: 0o600 })
  } catch (error) {
    log.warn({ err: error, file }, 'who is signed in could not be written down; people sign in again')
  }
}

export function restoreSessions(file: string, sessions: Sessions, addresses: Addresses, log: Log): void {
  let text
  try {
    text = readFileSync(file, 'utf8')
    rmSync(file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      log.warn({ err: error, file }, 'who was signed in cannot be read; people sign in again')
    return
  }
  const saved = readSaved(text)
  if (!saved) return log.warn({ file }, 'who was signed in cannot be read; people sign in again')
  sessions.restore(saved.filter(({ localpart }) => localpartOf(localpart, addresses) !== undefined))
}

function readSaved(text: string): readonly SavedSession[] | undefined {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return undefined
  }
  const list =
    typeof said === 'object' && said !== null && 'version' in said && said.version === 1 && 'sessions' in said ? said.sessions : undefined
  return Array.isArray(list) && list.every(isSaved) ? list : undefined
}

const isSaved = (one: unknown): one is SavedSession =>
  typeof one === 'object' &&
  one !== null &&
  'name' in one &&
  typeof one.name === 'string' &&
  /^[\w-]{43}$/.test(one.name) &&
  'localpart' in one &&
  typeof one.localpart === 'string' &&
  'until' in one &&
  typeof one.until === 'number' &&
  'handles' in one &&
  Array.isArray(one.handles) &&
  one.handles.every(handle => typeof handle === 'string')
