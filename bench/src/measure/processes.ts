/** What a server costs, from the kernel: CPU time and memory of its process, its descendants and all their threads. */

import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

interface Process {
  readonly pid: number
  readonly parent: number
  /** User and system time of all threads, also of those that ended, in clock ticks (proc(5), fields 14 and 15). */
  readonly ticks: number
}

/** Microseconds of CPU so far. */
export function cpuOf(root: number): number {
  const ticks = tree(root).reduce((sum, process) => sum + process.ticks, 0)
  return (ticks / ticksPerSecond) * 1_000_000
}

/** Kilobytes of proportional set size: memory shared between processes is counted once. */
export function memoryOf(root: number): number {
  return tree(root).reduce((sum, process) => sum + proportionalSetSize(process.pid), 0)
}

/** Microseconds of CPU that all processes of the machine used so far (proc(5), the first line of /proc/stat). */
export function cpuOfMachine(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = readFileSync('/proc/stat', 'latin1')
    .split('\n')[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return ((user + nice + system + irq + softirq) / ticksPerSecond) * 1_000_000
}

export function descendantsOf(root: number): readonly number[] {
  return tree(root).map(process => process.pid)
}

function tree(root: number): readonly Process[] {
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => statOf(Number(name)))
    .filter(process => process !== undefined)
  const found = all.filter(process => process.pid === root)
  for (const process of found) found.push(...all.filter(other => other.parent === process.pid))
  return found
}

function statOf(pid: number): Process | undefined {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The second field is the name in parentheses, which may hold anything; the third follows its last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { pid, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }
}

function proportionalSetSize(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0)
}

/** Undefined for a process that ended meanwhile. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return undefined
  }
}
