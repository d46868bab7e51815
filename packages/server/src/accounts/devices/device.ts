/** One thing that has access to an account, as its owner and the operator see it: plain data, so that it can go through a socket as it is. */

export interface AccessingDevice {
  /** To revoke it by. */
  readonly id: string
  /**
   * `client`: software that logged in, connected or not. `session`: it is connected and does not say which software it is. `app-password`: nothing
   * has logged in with it lately. `browser`: somebody is signed in there, connected or not.
   */
  readonly kind: 'client' | 'session' | 'app-password' | 'browser'
  readonly software: string | null
  /** What the device is called, or the app password. */
  readonly name: string | null
  /** The network address of the last use. */
  readonly address: string | null
  /** Milliseconds since 1970. */
  readonly firstSeen: number
  readonly lastSeen: number | null
  readonly isConnected: boolean
  /** It logged in with the password of the account, and could do so again: only another password shuts it out. */
  readonly knowsPassword: boolean
  /** It can come back without a password (XEP-0484). */
  readonly hasToken: boolean
  /** It logged in with a certificate of the person, which is as good as the password. */
  readonly hasCertificate: boolean
  /** It came through our own web tier, where the person signed in. */
  readonly isWeb: boolean
  /** The app password that it uses. */
  readonly appPassword: { readonly id: string; readonly name: string } | null
}
