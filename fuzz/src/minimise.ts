/** Makes a failing input small: takes pieces out as long as it still fails in the same way. */

/** For texts and for lists of steps alike; gives up after `tries`. */
export async function minimise<T extends string | readonly unknown[]>(
  input: T,
  tries: number,
  stillFails: (smaller: T) => boolean | Promise<boolean>,
): Promise<T> {
  let smallest = input
  let left = tries
  for (let piece = Math.ceil(smallest.length / 2); piece >= 1; piece = Math.floor(piece / 2)) {
    for (let at = 0; at < smallest.length && left > 0; left--) {
      const smaller = without(smallest, at, at + piece)
      if (await stillFails(smaller)) smallest = smaller
      else at += piece
    }
  }
  return smallest
}

function without<T extends string | readonly unknown[]>(from: T, start: number, end: number): T {
  if (typeof from === 'string') return (from.slice(0, start) + from.slice(end)).toWellFormed() as T
  return from.toSpliced(start, end - start) as readonly unknown[] as T
}
