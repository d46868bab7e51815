/** Secrets of the server itself: each in a file of the data folder that only its owner can read, made when there is none. */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const BYTES = 32

/** 32 bytes. `loss` says what is lost without them, after "remove it; then". Throws in words for the operator. */
export function readKey(folder: string, name: string, loss: string): Buffer {
  const file = join(folder, name)
  try {
    const key = readFileSync(file)
    if (key.length !== BYTES) throw new Error(`${file} is damaged: put back a copy, or remove it; then ${loss}`)
    return key
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const key = randomBytes(BYTES)
  const temporary = `${file}.new`
  rmSync(temporary, { force: true })
  const descriptor = openSync(temporary, 'wx', 0o600)
  writeSync(descriptor, key)
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(temporary, file)
  return key
}
