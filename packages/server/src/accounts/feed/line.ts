/** One line of a password feed: passwd, shadow, htpasswd or Dovecot's passwd-file, told apart by their fields. docs/password-feed.md is for the operator. */
import type { Localpart, Verifier } from '../../storage/repositories.ts'
import { readLocalpart } from '../localparts.ts'
import { parseStored } from '../passwords/stored.ts'

export interface Person {
  readonly localpart: Localpart
  readonly name: string | undefined
  /** One of the two; neither for somebody who is locked without any. */
  readonly hash: string | undefined
  readonly verifier: Verifier | undefined
  readonly isLocked: boolean
  /** What the operator should hear of: forms only the system's libcrypt can check, and traditional DES. */
  readonly concern: 'none' | 'libcrypt' | 'des'
}

export type Line =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'person'; readonly person: Person }
  /** `why` never quotes more of the line than the name. */
  | { readonly kind: 'bad'; readonly localpart: Localpart | undefined; readonly why: string }

export interface LineRules {
  readonly localpart: RegExp
  /** Milliseconds since 1970: shadow lines may have expired. */
  readonly now: number
}

const DAY = 86_400_000
const LONGEST_NAME = 200

export function parseLine(text: string, { localpart: rule, now }: LineRules): Line {
  if (/^\s*(?:#|$)/.test(text)) return { kind: 'nothing' }
  const fields = text.split(':')
  const [login = '', password = ''] = fields
  if (fields.length < 2) return { kind: 'bad', localpart: undefined, why: 'there is no colon between a name and a hash' }
  const localpart = readLocalpart(login.trim(), rule)
  if (localpart === undefined) return { kind: 'bad', localpart: undefined, why: 'the name is not one that [users] localpart allows' }

  const isShadow = looksLikeShadow(fields)
  const isLocked = /^[!*]/.test(password) || (isShadow ? hasExpired(fields, now) : mayNotLogIn(fields))
  const name = isShadow ? undefined : nameOf(fields[4], localpart)
  const secret = password.replace(/^[!*]+/, '').trim()
  if (secret === '' || /^(?:LK|NP)\*?$/.test(secret)) {
    if (!isLocked) return { kind: 'bad', localpart, why: 'there is no password hash' }
    return { kind: 'person', person: { localpart, name, hash: undefined, verifier: undefined, isLocked, concern: 'none' } }
  }
  const stored = parseStored(secret)
  switch (stored.kind) {
    case 'refused':
      return { kind: 'bad', localpart, why: stored.why }
    case 'verifier':
      return { kind: 'person', person: { localpart, name, hash: undefined, verifier: stored.verifier, isLocked, concern: 'none' } }
    case 'hash': {
      const concern = stored.hash.kind !== 'libcrypt' ? 'none' : stored.hash.form === 'des' ? 'des' : 'libcrypt'
      return { kind: 'person', person: { localpart, name, hash: secret, verifier: undefined, isLocked, concern } }
    }
  }
}

/** shadow(5): nine fields, those in the middle numbers or nothing. */
function looksLikeShadow(fields: readonly string[]): boolean {
  return fields.length === 9 && fields.slice(2, 8).every(field => /^-?\d*$/.test(field))
}

/** shadow(5): the eighth field is a day, counted from 1970; the account ends with its beginning. */
function hasExpired(fields: readonly string[], now: number): boolean {
  const day = fields[7] ?? ''
  return /^\d+$/.test(day) && Number(day) * DAY <= now
}

/** Dovecot's extra fields, one space apart, after the shell: `nologin`, with or without a reason. */
function mayNotLogIn(fields: readonly string[]): boolean {
  const extra = fields.slice(7).join(':')
  const value = extra
    .split(/\s+/)
    .find(field => /^nologin(?:=|$)/i.test(field))
    ?.slice('nologin='.length)
  return value !== undefined && !/^(?:no?|false|0)$/i.test(value)
}

/** The first part of the gecos field, where `&` stands for the login. */
function nameOf(gecos: string | undefined, login: string): string | undefined {
  const name = (gecos ?? '')
    .split(',', 1)[0]
    ?.replaceAll('&', login.charAt(0).toUpperCase() + login.slice(1))
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
  return name === undefined || name === '' ? undefined : name.slice(0, LONGEST_NAME)
}
