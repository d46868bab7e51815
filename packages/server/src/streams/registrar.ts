/** What streams ask of whoever makes accounts for newcomers (XEP-0077). */
import type { Registration } from '@plodge/xmpp/xeps/register.ts'

export interface Registrar {
  /** As the settings say now. */
  readonly isOpen: boolean
  /** What is to be filled in. */
  readonly form: Registration
  /** Rejects with StanzaError when there can be no such account. */
  register(filled: Registration, address: string): Promise<void>
}
