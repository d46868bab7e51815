/** XEP-0082 (1.1.1): how dates and times are written. Times are milliseconds since 1970. */

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/

export const writeDateTime = (time: number): string => new Date(time).toISOString()

/** Undefined when it is not of the profile (§3.2) or no such moment exists. */
export function readDateTime(text: string): number | undefined {
  const found = DATE_TIME.exec(text)
  if (!found) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = found
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`
  const time = Date.parse(written)
  // 30 February would quietly become 2 March.
  if (Number.isNaN(time) || writeDateTime(time) !== written) return undefined
  const offset = offsetOf(zone)
  return offset === undefined ? undefined : time - offset
}

function offsetOf(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4))
  if (hours > 14 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
