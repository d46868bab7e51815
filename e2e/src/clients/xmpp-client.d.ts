/** What these tests use of `@xmpp/client`, which has no types of its own. */
declare module '@xmpp/client' {
  export interface Node {
    readonly name: string
    readonly attrs: Readonly<Record<string, string>>
    is(name: string, ns?: string): boolean
    getChild(name: string, ns?: string): Node | undefined
    getChildren(name: string, ns?: string): Node[]
    getChildText(name: string, ns?: string): string | null
    text(): string
  }
  export interface Token {
    readonly mechanism: string
    readonly token: string
    readonly expiry: string
  }
  export interface Credentials {
    readonly username: string
    readonly password: string
    readonly token?: Token
  }
  export interface Entity {
    readonly sasl2: { use(ns: string, request: () => Node | undefined): void }
    readonly fast: { saveToken: (token: Token) => Promise<void> }
    readonly jid: { toString(): string }
    readonly iqCaller: { request(iq: Node, timeout?: number): Promise<Node> }
    readonly streamManagement: { on(event: 'resumed', listener: () => void): void }
    readonly reconnect: { delay: number; stop(): void }
    on(event: 'stanza', listener: (stanza: Node) => void): void
    on(event: 'online', listener: () => void): void
    on(event: 'disconnect', listener: () => void): void
    on(event: 'error', listener: (error: Error) => void): void
    start(): Promise<unknown>
    stop(): Promise<unknown>
    send(stanza: Node): Promise<void>
  }
  export interface Options {
    readonly service: string
    readonly domain: string
    readonly resource: string
    /** Milliseconds for each step of connecting. */
    readonly timeout: number
    readonly credentials: (
      authenticate: (credentials: Credentials, mechanism: string, userAgent?: Node) => Promise<void>,
      mechanisms: readonly string[],
      fast: object | null,
    ) => Promise<void>
  }
  export function client(options: Options): Entity
  export function xml(
    name: string,
    attributes?: Readonly<Record<string, string | undefined>>,
    ...children: readonly (Node | string)[]
  ): Node
}
