/** Figures for the operator: Prometheus text at /metrics, and /health for whatever watches the service. Plain HTTP, loopback as a rule. */
import { type Server, createServer } from 'node:http'

export interface Figure {
  readonly name: string
  readonly help: string
  readonly type: 'gauge' | 'counter'
  readonly read: () => number
}

/** `trouble` says in words why the service is unwell; undefined when it is well. */
export function metricsServer(figures: readonly Figure[], trouble: () => string | undefined): Server {
  return createServer({ requestTimeout: 5000, headersTimeout: 5000 }, (request, response) => {
    if (request.method !== 'GET') return response.writeHead(405, { Allow: 'GET' }).end()
    switch (request.url) {
      case '/metrics':
        return response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(figures.map(toText).join(''))
      case '/health': {
        const why = trouble()
        return response.writeHead(why === undefined ? 200 : 503, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${why ?? 'ok'}\n`)
      }
      case undefined:
      default:
        return response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Here are /metrics and /health.\n')
    }
  })
}

const toText = ({ name, help, type, read }: Figure): string =>
  `# HELP plodge_${name} ${help}\n# TYPE plodge_${name} ${type}\nplodge_${name} ${read()}\n`
