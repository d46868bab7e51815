/** A password thread: takes one job at a time, so that no log-in holds up the event loop. */
import { parentPort } from 'node:worker_threads'
import { saslprep } from '@plodge/xmpp/sasl/saslprep.ts'
import { checkPassword } from './check.ts'
import type { Answer, Job, Reply } from './jobs.ts'
import { loadLibcrypt } from './libcrypt.ts'
import { deriveVerifiers, whichFits } from './scram.ts'
import { parseStored } from './stored.ts'

parentPort?.on('message', (job: Job) => {
  void answer(job)
    .catch((): Reply => ({ kind: 'failed' }))
    .then(reply => parentPort?.postMessage(reply))
})

async function answer(job: Job): Promise<Answer> {
  switch (job.kind) {
    case 'check':
      return check(job.hash, job.password)
    case 'fit':
      return { kind: 'which', at: whichFits(job.verifiers, job.password) }
    case 'derive':
      return { kind: 'verifiers', verifiers: deriveVerifiers(job.password, job.mechanisms, job.salts) }
    case 'probe':
      return { kind: 'libcrypt', isThere: (await loadLibcrypt()) !== undefined }
  }
}

/** As it was typed, as whoever made the hash had it; and prepared (RFC 4616 §2), for keyboards that compose letters otherwise. */
async function check(text: string, password: string): Promise<Answer> {
  const stored = parseStored(text)
  if (stored.kind !== 'hash') return { kind: 'verdict', verdict: 'unsupported' }
  const verdict = await checkPassword(stored.hash, password)
  const prepared = saslprep(password)
  if (verdict !== 'wrong' || !prepared || prepared === password) return { kind: 'verdict', verdict }
  return { kind: 'verdict', verdict: await checkPassword(stored.hash, prepared) }
}
