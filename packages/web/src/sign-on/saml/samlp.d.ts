/** What the tests use of `samlp`, an identity provider that others wrote, which comes without types. */
declare module 'samlp' {
  export function getSamlResponse(options: object, user: object, done: (error: Error | null, response?: string) => void): void
  export function logout(options: object): (request: object, response: object, next: (error?: Error) => void) => void
}
