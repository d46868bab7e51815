/** The system's crypt(3), for the forms that nobody has written in JavaScript: yescrypt above all. Absent where koffi or libxcrypt is. */

/** crypt(5): CRYPT_OUTPUT_SIZE and sizeof (struct crypt_data) of libxcrypt. */
const WORK_BYTES = 32_768
const FILES = ['libcrypt.so.1', 'libcrypt.so.2']

/** "plodge" by mkpasswd -m yescrypt -R 1: a libcrypt that does not know yescrypt is no use. */
const PROBE = '$y$j75$ISurjTede0mmZ0IJ770gK.$k5GJb.1j9Gd8UoTd8Ma64joj6CVA4h4SwlcBmTXkGa9'

/** Gives the whole hash again, as crypt(3) does; undefined when it refuses. */
export type Crypt = (password: string, setting: string) => string | undefined

let loaded: Promise<Crypt | undefined> | undefined

/** Once for each thread. To be called by the password threads only: it is slow and holds the thread up. */
export function loadLibcrypt(): Promise<Crypt | undefined> {
  return (loaded ??= load())
}

async function load(): Promise<Crypt | undefined> {
  let koffi: typeof import('koffi')
  try {
    koffi = await import('koffi')
  } catch {
    return undefined
  }
  for (const file of FILES) {
    try {
      const call = koffi.load(file).func('const char *crypt_rn(const char *phrase, const char *setting, _Inout_ void *data, int size)')
      // One buffer for the thread's life: the call is synchronous, and the library must never see it freed.
      const work = Buffer.alloc(WORK_BYTES)
      const crypt: Crypt = (password, setting) => {
        const text = call(password, setting, work, WORK_BYTES) as string | null
        work.fill(0)
        return text ?? undefined
      }
      if (crypt('plodge', PROBE) === PROBE) return crypt
    } catch {
      // Not this file; perhaps the next one.
    }
  }
  return undefined
}
