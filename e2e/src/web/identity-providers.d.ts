/** What these tests use of `oidc-provider` and `samlp`, which come without types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'
  export class Provider {
    constructor(issuer: string, configuration: object)
    callback(): RequestListener
  }
}
declare module 'samlp' {
  import type { IncomingMessage, ServerResponse } from 'node:http'
  export function auth(options: object): (request: IncomingMessage, response: ServerResponse, next: (error?: Error) => void) => void
  export function logout(options: object): (request: object, response: object, next: (error?: Error) => void) => void
}
