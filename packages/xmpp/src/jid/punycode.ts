/** Labels of the DNS back in their own letters (RFC 3492 §6.2); the way there is left to the platform's URL. */
const BASE = 36
const T_MIN = 1
const T_MAX = 26
const SKEW = 38
const DAMP = 700
const INITIAL_BIAS = 72
const INITIAL_N = 0x80
/** A label without its prefix (RFC 1035 §2.3.4). A number of so many digits is finite; what is too large ends beyond the last code point. */
const LONGEST = 59
const LAST_CODE_POINT = 0x10ffff

/** What stands behind `xn--`, in lower case; undefined when it is no punycode. */
export function decodePunycode(text: string): string | undefined {
  if (text.length > LONGEST) return undefined
  const delimiter = text.lastIndexOf('-')
  const output = Array.from(text.slice(0, Math.max(delimiter, 0)), character => character.charCodeAt(0))
  let n = INITIAL_N
  let bias = INITIAL_BIAS
  let i = 0
  for (let at = delimiter + 1; at < text.length;) {
    const integer = readInteger(text, at, bias)
    if (!integer) return undefined
    i += integer.value
    const length = output.length + 1
    bias = adapt(integer.value, length, at === delimiter + 1)
    n += Math.floor(i / length)
    i %= length
    if (n > LAST_CODE_POINT) return undefined
    output.splice(i++, 0, n)
    at = integer.end
  }
  return String.fromCodePoint(...output)
}

/** A number of variable length, least digit first (RFC 3492 §3.3). */
function readInteger(text: string, start: number, bias: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  let weight = 1
  for (let k = BASE, at = start; at < text.length; k += BASE, at++) {
    const digit = digitAt(text, at)
    if (digit === undefined) return undefined
    value += digit * weight
    const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX)
    if (digit < threshold) return { value, end: at + 1 }
    weight *= BASE - threshold
  }
  return undefined
}

/** `a` to `z` are 0 to 25, `0` to `9` are 26 to 35. */
function digitAt(text: string, at: number): number | undefined {
  const code = text.charCodeAt(at)
  if (code >= 0x61 && code <= 0x7a) return code - 0x61
  return code >= 0x30 && code <= 0x39 ? code - 0x30 + 26 : undefined
}

/** RFC 3492 §6.1. */
function adapt(delta: number, length: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? DAMP : 2))
  rest += Math.floor(rest / length)
  let k = 0
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN))
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW))
}
