/** A certificate of the target's own, which the clients under test are told to trust. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

export interface Pair {
  readonly certificate: string
  readonly key: string
  readonly pem: string
}

export function makeCertificate(folder: string, domain: string): Pair {
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const names = ['-subj', `/CN=${domain}`, '-addext', `subjectAltName=DNS:${domain},IP:127.0.0.1`]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '7']
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', certificate, ...names], { stdio: 'pipe' })
  const pem = readFileSync(certificate, 'utf8')
  // Clients that take no list of authorities look into the process's own.
  setDefaultCACertificates([...getCACertificates('default'), pem])
  return { certificate, key, pem }
}
