/** A recording from the microphone, with how loud it is just now. Bounded in time. The microphone is let go when it is over, whatever happens. */

export interface Recorded {
  readonly file: File
  /** In milliseconds. */
  readonly length: number
}

export interface Recording {
  /** Between silence and 1. */
  level(): number
  /** In milliseconds. */
  elapsed(): number
  /** Settles with what was recorded. */
  stop(): Promise<Recorded>
  cancel(): void
}

/** Best first; what a browser knows differs. */
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']
const ENDINGS: Readonly<Record<string, string>> = { 'audio/webm': 'weba', 'audio/mp4': 'm4a', 'audio/ogg': 'ogg' }
const BITS = 32_000
export const LONGEST_MS = 600_000

/** Asks for the microphone. Rejects with a DOMException when it is not to be had. */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, channelCount: 1 } })
  const context = new AudioContext()
  const analyser = new AnalyserNode(context, { fftSize: 512 })
  context.createMediaStreamSource(stream).connect(analyser)
  const mimeType = TYPES.find(type => MediaRecorder.isTypeSupported(type))
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS, ...(mimeType !== undefined && { mimeType }) })
  const parts: Blob[] = []
  const started = performance.now()
  let ended: number | undefined
  const elapsed = (): number => Math.min(LONGEST_MS, (ended ?? performance.now()) - started)
  const over = Promise.withResolvers<Recorded>()
  const release = (): void => {
    ended ??= performance.now()
    for (const track of stream.getTracks()) track.stop()
    if (context.state !== 'closed') void context.close()
  }
  recorder.addEventListener('dataavailable', ({ data }) => data.size > 0 && parts.push(data))
  recorder.addEventListener('stop', () => {
    release()
    const type = recorder.mimeType.split(';', 1)[0] ?? 'audio/webm'
    const name = `voice-${new Date().toISOString().slice(0, 16).replaceAll(':', '-')}.${ENDINGS[type] ?? 'audio'}`
    over.resolve({ file: new File(parts, name, { type }), length: elapsed() })
  })
  const end = (): void => void (recorder.state !== 'inactive' && recorder.stop())
  const longest = setTimeout(end, LONGEST_MS)
  recorder.start(1000)
  return {
    level: () => loudness(analyser),
    elapsed,
    stop() {
      clearTimeout(longest)
      end()
      return over.promise
    },
    cancel() {
      clearTimeout(longest)
      end()
      release()
    },
  }
}

/** The root mean square of what is heard, on a scale on which speech is about in the middle. */
function loudness(analyser: AnalyserNode): number {
  const samples = new Float32Array(analyser.fftSize)
  analyser.getFloatTimeDomainData(samples)
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  return Math.min(1, Math.sqrt(power) * 4)
}
