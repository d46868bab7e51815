/** Sizes and lengths of time as people read them. */

const STEPS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

export function sizeName(bytes: number, locale: string): string {
  let amount = bytes
  let at = 0
  for (; amount >= 1000 && at < STEPS.length - 1; at += 1) amount /= 1000
  const unit = STEPS[at] ?? 'byte'
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: amount < 10 && at > 1 ? 1 : 0 }).format(amount)
}

/** `1:05` */
export function clockOf(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** A span in the largest unit that says it well: 2 years, 90 days, 36 hours. */
export function spanName(hours: number, locale: string): string {
  const days = hours / 24
  const [amount, unit] = days >= 730 ? [days / 365, 'year'] : days >= 2 ? [days, 'day'] : [hours, 'hour']
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(amount)
}
