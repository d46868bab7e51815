/**
 * Output gathered in one string a socket and flushed once a turn of the event loop: each write to a TLS socket costs as much as
 * routing a message, so a client that gets five stanzas in a turn gets them in one write.
 */

export interface Flushable {
  flush(): void
}

let waiting: Flushable[] = []

/** Has `flush` called at the end of this turn. Call it once until then. */
export function flushSoon(connection: Flushable): void {
  if (waiting.push(connection) === 1) setImmediate(flushAll)
}

function flushAll(): void {
  const now = waiting
  waiting = []
  for (const connection of now) connection.flush()
}
