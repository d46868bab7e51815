/** A stream of the web tier itself: both sides say on it which browsers are signed out (docs/decisions/0020-web-sessions.md). */
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { Ended, Noted, WEB_TIER } from '@plodge/xmpp/web-tier/words.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import type { Browsers, SessionName } from '../browsers.ts'
import type { Phase, Stream } from '../stream.ts'
import { readWebTier } from '../web-tier.ts'

export function watch(stream: Stream, browsers: Browsers): void {
  const stop = browsers.watch(session => say(Ended, session, stream))
  stream.whenGone(stop)
  stream.proceed(watching(browsers))
}

function say(what: typeof Ended, { localpart, id }: SessionName, stream: Stream): void {
  stream.write(what.write({ of: localpart, id }).toString())
}

const watching = (browsers: Browsers): Phase => ({
  isLasting: true,
  features: () => '',
  async element(element: RawElement, stream: Stream): Promise<void> {
    if (element.ns !== WEB_TIER) throw new StreamError('unsupported-stanza-type', 'Nobody logs in on this stream')
    const { of: localpart, id } = readWebTier(element.name === Noted.name ? Noted : Ended, element)
    await browsers.over({ localpart, id })
    if (element.name === Ended.name) say(Noted, { localpart, id }, stream)
  },
})
