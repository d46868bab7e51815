/** The sample campus's configuration: everything on loopback, on ports that can be moved. */
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'

export interface SamplePorts {
  readonly client: number
  readonly clientTls: number
  readonly https: number
  readonly metrics: number
  readonly web: number
  readonly webMetrics: number
  readonly signOn: number
}

export const samplePorts = (offset: number): SamplePorts => ({
  client: 5222 + offset,
  clientTls: 5223 + offset,
  https: 5443 + offset,
  metrics: 9100 + offset,
  web: 8443 + offset,
  webMetrics: 9101 + offset,
  signOn: 8444 + offset,
})

/** Clients that look `localhost` up may get either address. */
export const hasIPv6 = (): boolean =>
  Object.values(networkInterfaces()).some(addresses => addresses?.some(({ address, internal }) => internal && address === '::1'))

/** The first port that another program has. */
export async function busyPort(ports: SamplePorts): Promise<number | undefined> {
  const free = await Promise.all(Object.values<number>({ ...ports }).map(async port => ((await isFree(port)) ? undefined : port)))
  return free.find(port => port !== undefined)
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  return promise
}

export const loopbackFor =
  (isIPv6: boolean) =>
  (port: number): string =>
    isIPv6 ? `["127.0.0.1:${port}", "[::1]:${port}"]` : `"127.0.0.1:${port}"`

export function sampleConfig(
  domain: string,
  { client, clientTls, https, metrics }: SamplePorts,
  loopback: (port: number) => string,
): string {
  return `# The sample campus. What else can be set: docs/configuration.md
domain = "${domain}"
data = "." # relative to this file

[listen] # this machine only; a bare port would be for everybody
client = ${loopback(client)} # STARTTLS
client_tls = ${loopback(clientTls)} # TLS from the first byte
https = ${loopback(https)} # WebSocket and host-meta
metrics = "127.0.0.1:${metrics}" # /metrics and /health

[tls] # made for trying things out; clients will ask whether to trust it
certificate = "cert.pem"
key = "key.pem"

[users]
localpart = "^[a-z][a-z0-9]{1,7}$"
# password_feed = "hermes.passwd" # names and hashes of passwords, watched: docs/password-feed.md
`
}
