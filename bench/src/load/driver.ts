/** The bench's side of the load generator: starts its process, gives orders, waits no longer than it should. */

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Answers, Order, Report } from './orders.ts'

const program = fileURLToPath(new URL('generator.ts', import.meta.url))

export interface LoadGenerator extends Disposable {
  /** `edge` is called when the measured time of a chat begins and ends. */
  order<Kind extends Order['kind']>(
    order: Extract<Order, { kind: Kind }>,
    seconds: number,
    edge?: (edge: 'open' | 'shut') => void,
  ): Promise<Answers[Kind]>
}

export function startLoadGenerator(): LoadGenerator {
  const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return {
    order: (order, seconds, edge) =>
      new Promise((resolve, reject) => {
        const finish = (act: () => void) => {
          clearTimeout(deadline)
          child.removeListener('message', hear)
          child.removeListener('exit', died)
          act()
        }
        const hear = (report: Report) => {
          if (report.kind === 'window') edge?.(report.edge)
          else if (report.kind === 'failed') finish(() => reject(new Error(report.reason)))
          else finish(() => resolve(report.answer as Answers[typeof order.kind]))
        }
        const died = () => finish(() => reject(new Error('The load generator ended by itself.')))
        const late = () => finish(() => reject(new Error(`Not done after ${seconds} s: ${order.kind}.`)))
        const deadline = setTimeout(late, seconds * 1000)
        child.on('message', hear)
        child.on('exit', died)
        child.send(order)
      }),
    [Symbol.dispose]() {
      child.kill('SIGKILL')
    },
  }
}
