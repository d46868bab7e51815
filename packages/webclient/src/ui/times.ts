/** Times and days in the words of the language. */

const formats = new Map<string, Intl.DateTimeFormat>()

function format(locale: string, kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${locale} ${kind}`
  const made = formats.get(name) ?? new Intl.DateTimeFormat(locale, options)
  formats.set(name, made)
  return made
}

export const clockTime = (time: number, locale: string): string =>
  format(locale, 'clock', { hour: '2-digit', minute: '2-digit' }).format(time)

export const wholeTime = (time: number, locale: string): string =>
  format(locale, 'whole', { dateStyle: 'full', timeStyle: 'medium' }).format(time)

export const dayOf = (time: number): number => new Date(time).setHours(0, 0, 0, 0)

export function dayName(
  time: number,
  { locale, today, yesterday }: { readonly locale: string; readonly today: string; readonly yesterday: string },
): string {
  const now = Date.now()
  if (dayOf(time) === dayOf(now)) return today
  if (dayOf(time) === dayOf(dayOf(now) - 1)) return yesterday
  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear()
  return format(locale, `day ${isThisYear}`, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(!isThisYear && { year: 'numeric' }),
  }).format(time)
}

/** In a list: the time today, the day within a week, otherwise the date. */
export function shortTime(time: number, locale: string): string {
  const age = dayOf(Date.now()) - dayOf(time)
  if (age <= 0) return clockTime(time, locale)
  if (age < 6 * 86_400_000) return format(locale, 'weekday', { weekday: 'short' }).format(time)
  return format(locale, 'date', { day: 'numeric', month: 'short' }).format(time)
}
