/** What SQLite's error codes mean for the operator, and which of them are the disk's fault rather than one row's. */

/** The primary result code (https://sqlite.org/rescode.html), undefined for an error that is not SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

const WORDS: ReadonlyMap<number, string> = new Map([
  [5, 'another process has locked the database; only the server may have it open'],
  [7, 'there is not enough memory'],
  [8, 'the database or its folder is read-only; check the permissions and how the disk is mounted'],
  [10, 'the disk reports an input/output error; look into the system log'],
  [11, 'the database is damaged; stop the server, keep a copy, and restore a backup'],
  [13, 'the disk is full; free some space'],
  [14, 'a file of the database cannot be opened; check that the folder is there and who owns it'],
  [26, 'the file is not a database; restore a backup'],
])

export function explain(error: unknown): string {
  const words = WORDS.get(sqliteCode(error) ?? -1)
  const detail = error instanceof Error ? error.message : String(error)
  return words === undefined ? detail : `${words} (${detail})`
}

/** True when no other row of the batch would fare better: trying them one by one is pointless. */
export const isTheDisk = (error: unknown): boolean => WORDS.has(sqliteCode(error) ?? -1)
