/** The target that TARGET names: `plodge` unless told otherwise, or `prosody`. */
import { startPlodge } from './plodge.ts'
import { startProsody } from './prosody.ts'
import type { RunningTarget, TargetOptions } from './target.ts'

export const targetName = process.env['TARGET'] ?? 'plodge'

export function startTarget(options: TargetOptions = {}): Promise<RunningTarget> {
  if (targetName === 'prosody') return startProsody(options)
  if (targetName === 'plodge') return startPlodge(options)
  throw new Error(`TARGET is ${targetName}: it can be plodge or prosody`)
}
