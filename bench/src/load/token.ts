/** What lets a client log in again without its password (XEP-0484). */
export interface Token {
  readonly text: string
  /** XEP-0388: a token is of one client. */
  readonly agent: string
}
