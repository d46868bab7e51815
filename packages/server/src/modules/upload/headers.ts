/** What every answer about files says to browsers: who may ask, and that nothing in a file runs. */

/** XEP-0363 § Implementation Notes: web clients of any origin; links hold the secret, so there are no credentials to allow. */
export const CORS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'OPTIONS, HEAD, GET, PUT',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-None-Match, If-Range, Range',
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag',
  'Access-Control-Max-Age': '86400',
}

/** § Security Considerations, and stricter: a file is shown as if it came from nowhere. */
export const SAFE: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'cross-origin',
}
