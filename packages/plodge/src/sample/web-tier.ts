/** What the sample campus's web tier needs: a certificate for the chat server to know it by, and a sign-on server's key and people. */
import { X509Certificate, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SamplePorts } from './config.ts'
import { SAMPLE_PEOPLE } from './people.ts'
import { selfSigned } from './self-signed.ts'

/** Not one that any real sign-on server has. */
const KID = '700'
const CERTIFICATE_DAYS = 825
/** Ucam-WebAuth signs with RSA and SHA-1; Raven's keys are of 1024 bits. */
const SIGNING_BITS = 2048

/** Writes files, and gives lines for the configuration. */
export function sampleWebTier(
  folder: string,
  domain: string,
  { web, webMetrics, signOn }: SamplePorts,
  loopback: (port: number) => string,
): string {
  const tier = selfSigned(['web tier'], CERTIFICATE_DAYS)
  writeFileSync(join(folder, 'web-key.pem'), tier.key, { mode: 0o600 })
  writeFileSync(join(folder, 'web.pem'), tier.certificate)
  mkdirSync(join(folder, 'sign-on'), { recursive: true })
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: SIGNING_BITS })
  writeFileSync(join(folder, 'sign-on/signing.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  writeFileSync(join(folder, `sign-on/pubkey${KID}`), publicKey.export({ type: 'pkcs1', format: 'pem' }))
  writeFileSync(join(folder, 'sign-on/people'), SAMPLE_PEOPLE.map(({ localpart }) => `${localpart}\n`).join(''))
  const signOnUrl = `https://${domain}:${signOn}/auth`
  return `
[web] # for browsers
listen = ${loopback(web)}
metrics = "127.0.0.1:${webMetrics}"
public_url = "https://${domain}:${web}"
certificate_fingerprint = "${new X509Certificate(tier.certificate).fingerprint256}"
client_certificate = "web.pem"
client_key = "web-key.pem"
previews = true # of links in messages: the tier asks the open internet for their pages
# A sign-on server for trying things out, which npm start runs too. In earnest: kind = "raven", and its keys.
sign_on = { kind = "ucam-webauth", keys = "sign-on", url = "${signOnUrl}/authenticate.html", logout_url = "${signOnUrl}/logout.html" }
`
}
