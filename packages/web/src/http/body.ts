/** What a request carries, when it is not too much. Bounded in time by the listener. */
import type { IncomingMessage } from 'node:http'

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined

/** Undefined when it is more than it may be; then the rest is not read. */
export function bodyOf(request: IncomingMessage, most: number): Promise<string | undefined> {
  if (!hasBody(request)) return Promise.resolve('')
  if (Number(request.headers['content-length'] ?? 0) > most) return Promise.resolve(undefined)
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const parts: Buffer[] = []
  let length = 0
  const take = (part: Buffer): void => {
    length += part.length
    if (length <= most) return void parts.push(part)
    request.off('data', take)
    request.pause()
    return resolve(undefined)
  }
  request.on('data', take)
  request.on('end', () => resolve(Buffer.concat(parts).toString('utf8')))
  request.on('close', () => resolve(undefined))
  return promise
}
