/** Makes a failing input small: takes pieces out as long as it still fails in the same way. */

const MOST_TRIES = 3000

/** For texts and for lists of steps alike. */
export function minimise<T extends string | readonly unknown[]>(input: T, stillFails: (smaller: T) => boolean): T {
  let smallest = input
  let tries = 0
  for (let piece = Math.ceil(smallest.length / 2); piece >= 1; piece = Math.floor(piece / 2)) {
    for (let at = 0; at < smallest.length && tries < MOST_TRIES;) {
      const smaller = without(smallest, at, at + piece)
      tries += 1
      if (stillFails(smaller)) smallest = smaller
      else at += piece
    }
  }
  return smallest
}

function without<T extends string | readonly unknown[]>(from: T, start: number, end: number): T {
  if (typeof from === 'string') return (from.slice(0, start) + from.slice(end)).toWellFormed() as T
  return from.toSpliced(start, end - start) as readonly unknown[] as T
}
