/** Single logout of the identity provider `samlp`, for one person at a time, with what it keeps of them and of what is under way. */
import assert from 'node:assert/strict'
import samlp from 'samlp'

export interface Participant {
  readonly serviceProviderId: string
  readonly nameId: string
  readonly nameIdFormat: string
  readonly sessionIndex: string
  readonly serviceProviderLogoutURL: string
  /** With it our messages are verified. */
  readonly cert: string
}

type Done = (error: null, value?: unknown) => void

export class Leaving {
  #participant: (Participant & { readonly binding: string }) | undefined
  readonly #states = new Map<string, object>()
  readonly #options: object

  constructor(keys: { readonly issuer: string; readonly key: string; readonly cert: string }) {
    this.#options = { ...keys, deflate: true, sessionParticipants: this.#participants(), store: this.#store() }
  }

  /** Who is signed in there, and how they are told that it is over. */
  signedIn(participant: Participant, binding: 'HTTP-Redirect' | 'HTTP-POST'): void {
    this.#participant = { ...participant, binding: `urn:oasis:names:tc:SAML:2.0:bindings:${binding}` }
  }

  get isAnybodyIn(): boolean {
    return this.#participant !== undefined
  }

  answer(request: object, response: object): void {
    samlp.logout({ ...this.#options })(request, response, error => assert.ifError(error))
  }

  #participants(): object {
    return {
      hasElements: () => this.isAnybodyIn,
      getFirst: (done: Done) => done(null, this.#participant),
      get: (issuer: string, indices: string | readonly string[], nameId: string, done: Done) => {
        const one = this.#participant
        const isThat = one?.serviceProviderId === issuer && one.nameId === nameId && indices.includes(one.sessionIndex)
        return done(null, isThat ? one : undefined)
      },
      remove: (_issuer: string, _index: string, _nameId: string, done: Done) => {
        this.#participant = undefined
        return done(null)
      },
    }
  }

  #store(): object {
    return {
      save: (_request: object, state: object, done: Done) => {
        const name = `state ${this.#states.size}`
        this.#states.set(name, state)
        return done(null, name)
      },
      load: (_request: object, name: string, options: object | Done, done?: Done) =>
        (done ?? (options as Done))(null, this.#states.get(name)),
      update: (_request: object, name: string, state: object, done: Done) => {
        this.#states.set(name, state)
        return done(null)
      },
    }
  }
}
