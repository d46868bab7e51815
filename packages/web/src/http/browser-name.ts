/** What people call the browser that sends a User-Agent: no version, no more than tells one of theirs from another. */

/** The first that fits: most of them say that they are the others too. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\b(Edg|EdgA|EdgiOS|Edge)\//, 'Edge'],
  [/\b(OPR|OPT|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac(intosh| OS X)\b/, 'macOS'],
  [/\b(Linux|X11)\b/, 'Linux'],
]
const LONGEST = 512

/** "Firefox on Windows"; undefined when it says nothing that we know. */
export function browserName(userAgent: string | undefined): string | undefined {
  const said = (userAgent ?? '').slice(0, LONGEST)
  const [browser, system] = [BROWSERS, SYSTEMS].map(known => known.find(([looks]) => looks.test(said))?.[1])
  return browser !== undefined && system !== undefined ? `${browser} on ${system}` : (browser ?? system)
}
