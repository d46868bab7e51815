/**
 * What our web tier and our chat server say to each other where no browser hears it (docs/decisions/0020-web-sessions.md): no specification has it. A
 * session here is one browser in which somebody is signed in, however many windows it has.
 */
import { StanzaError } from '../stanza/errors.ts'
import { type Field, attribute, element, text } from '../xeps/codec.ts'
import { readDateTime, writeDateTime } from '../xeps/datetime.ts'
import { count } from '../xeps/numbers.ts'

export const WEB_TIER = 'urn:plodge:web-tier:0'

const id: Field<string> = {
  read: from => {
    const name = attribute('id').read(from)
    if (!/^[0-9a-f]{20}$/.test(name)) throw new StanzaError('bad-request', 'A session is called by 20 hexadecimal digits')
    return name
  },
  write: (value, into) => attribute('id').write(value, into),
}

/** Milliseconds since 1970. */
const until: Field<number> = {
  read: from => {
    const time = readDateTime(attribute('until').read(from))
    if (time === undefined) throw new StanzaError('bad-request', 'until must be a date and time (XEP-0082)')
    return time
  },
  write: (value, into) => attribute('until').write(writeDateTime(value), into),
}

/** The tier, before SASL: in which browser the person is whom it logs in. `idle`: seconds without a sign of them after which they are out. */
export const ForBrowser = element(WEB_TIER, 'browser', {
  id,
  address: attribute('address'),
  until,
  idle: count('idle'),
  name: text(WEB_TIER, 'name'),
})

/** The tier, in place of a log-in: on this stream it wants to hear which sessions are ended, and says it. */
export const Watch = element(WEB_TIER, 'watch')

/** Either way: this session of `of`, a localpart, is over, and whoever comes with it is not let in. */
export const Ended = element(WEB_TIER, 'ended', { of: attribute('of'), id })

/** Either way: that was heard, and is done. */
export const Noted = element(WEB_TIER, 'noted', { of: attribute('of'), id })
