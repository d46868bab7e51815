/** Figures for the operator: Prometheus text at /metrics, and /health for whatever watches the service. Plain HTTP, loopback as a rule. */
import { type Server, createServer } from 'node:http'

export interface Figure {
  readonly name: string
  readonly help: string
  readonly type: 'gauge' | 'counter'
  readonly read: () => number
}

/** `trouble` says in words why the service is unwell; undefined when it is well. */
export function figuresServer(figures: readonly Figure[], trouble: () => string | undefined): Server {
  return createServer({ requestTimeout: 5000, headersTimeout: 5000 }, (request, response) => {
    const say = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'Content-Type': type }).end(text)
    }
    if (request.method !== 'GET') return say(405, 'This takes GET.\n')
    if (request.url === '/metrics') return say(200, figures.map(toText).join(''), 'text/plain; version=0.0.4; charset=utf-8')
    if (request.url !== '/health') return say(404, 'Here are /metrics and /health.\n')
    const why = trouble()
    return say(why === undefined ? 200 : 503, `${why ?? 'ok'}\n`)
  })
}

const toText = ({ name, help, type, read }: Figure): string =>
  `# HELP plodge_web_${name} ${help}\n# TYPE plodge_web_${name} ${type}\nplodge_web_${name} ${read()}\n`
