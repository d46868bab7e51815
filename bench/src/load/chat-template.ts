/** The one message of the bench: 301 bytes with body, chat state, receipt request and origin-id, as today's clients send them. */

const size = 301
const digits = 8
const hole = '0'.repeat(digits)
const afterId = "type='chat' id='"
const afterBody = '<body>'
const afterOrigin = "sid:0' id='"

export function chatTemplate(to: string): string {
  const frame = (body: string) =>
    `<message to='${to}' ${afterId}${hole}'>${afterBody}${hole} ${body}</body><active xmlns='http://jabber.org/protocol/chatstates'/>` +
    `<request xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:${afterOrigin}${hole}'/></message>`
  const talk = 'shall we meet at the gate after supper and walk along the river to the boathouse before it gets dark'
  return frame(talk.slice(0, size - frame('').length))
}

/** Every template has its numbers at the same places, because every address is equally long. */
const sample = chatTemplate('u0000@bench.example')
const places = [afterId, afterBody, afterOrigin].map(before => sample.indexOf(before) + before.length)

/** Writes the number of the message into its id, its body and its origin-id. */
export function poke(message: Buffer, number: number): void {
  let rest = number
  for (let digit = digits - 1; digit >= 0; digit--) {
    const byte = 0x30 + (rest % 10)
    rest = Math.floor(rest / 10)
    for (const place of places) message[place + digit] = byte
  }
}

/** Reads the number back from a message as it was delivered; undefined when a chunk cut it in two. */
export function numberIn(chunk: Buffer, start: number, end: number): number | undefined {
  const at = chunk.indexOf(afterBody, start, 'latin1') + afterBody.length
  if (at < afterBody.length || at + digits > end) return undefined
  let number = 0
  for (let digit = 0; digit < digits; digit++) number = number * 10 + chunk[at + digit]! - 0x30
  return number
}
