/** Which configuration file is meant when none is named. */
import { existsSync } from 'node:fs'

const CANDIDATES = ['plodge.toml', 'data/plodge.toml']

export function findConfig(named: string | boolean | undefined): string {
  if (typeof named === 'string') return named
  return process.env['PLODGE_CONFIG'] ?? CANDIDATES.find(file => existsSync(file)) ?? 'plodge.toml'
}
