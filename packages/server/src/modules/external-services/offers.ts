/** The services that the settings name, with the secrets from their files. */
import { readFileSync } from 'node:fs'
import type { ExternalServiceSettings } from '../../settings.ts'

export interface Offer extends Omit<ExternalServiceSettings, 'secretFile'> {
  /** Shared with the service; undefined where anybody may use it. */
  readonly secret: string | undefined
}

/** Throws in words when a secret cannot be read. */
export const readOffers = (services: readonly ExternalServiceSettings[]): readonly Offer[] =>
  services.map(({ secretFile, ...service }) => ({ ...service, secret: secretFile === undefined ? undefined : readSecret(secretFile) }))

function readSecret(file: string): string {
  let secret: string
  try {
    secret = readFileSync(file, 'utf8').trim()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    throw new Error(`services.external: ${file}, a secret shared with a service, cannot be read (${code})`, { cause: error })
  }
  if (secret === '') throw new Error(`services.external: ${file} is empty; it is to hold the secret that is shared with the service`)
  return secret
}

/** Whether both are the same service, perhaps with other details. */
export const isSameService = (one: Offer, other: Offer): boolean =>
  one.type === other.type && one.host === other.host && one.port === other.port && one.transport === other.transport

export const isUnchanged = (one: Offer, other: Offer): boolean =>
  isSameService(one, other) &&
  one.name === other.name &&
  one.secret === other.secret &&
  one.lifetimeSeconds === other.lifetimeSeconds &&
  one.isRestricted === other.isRestricted
