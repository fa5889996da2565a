// The body of an answer to a query: pulled by whoever reads it, so that a slow client slows the scan down.
import { S3Error } from '../../errors.ts'
import { selectIdleMilliseconds } from '../../limits.ts'
import type { Framing } from './framing.ts'
import type { SelectRun } from '../../select/select.ts'

export interface SelectStreamOptions {
  framing: Framing
  /** Told what no S3Error explains. */
  onFault: (error: unknown) => void
  /** Told of bytes that somebody reads. */
  onSent: (bytes: number) => void
  /** For tests. */
  idleMilliseconds?: number
}

type Step = { kind: 'records'; bytes: Uint8Array } | { kind: 'end' } | { kind: 'failed'; error: unknown }

/** The stream of a run that began. A reader that goes away closes the run. */
export function selectStream(run: SelectRun, options: SelectStreamOptions): ReadableStream<Uint8Array> {
  const pieces = new Pieces(run, options)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { bytes, isLast } = await pieces.next()
      for (const piece of bytes) {
        controller.enqueue(piece)
        options.onSent(piece.length)
      }
      if (isLast) controller.close()
    },
    cancel: () => run.close(),
  })
}

interface Pulled {
  bytes: Uint8Array[]
  isLast: boolean
}

class Pieces {
  private readonly run: SelectRun
  private readonly framing: Framing
  private readonly onFault: (error: unknown) => void
  private readonly idleMilliseconds: number
  /** Of records already made, what is not sent yet. */
  private rest = new Uint8Array()
  private step: Promise<Step> | null = null
  private progressed = Date.now()

  constructor(run: SelectRun, { framing, onFault, idleMilliseconds = selectIdleMilliseconds }: SelectStreamOptions) {
    this.run = run
    this.framing = framing
    this.onFault = onFault
    this.idleMilliseconds = idleMilliseconds
  }

  async next(): Promise<Pulled> {
    const progress = this.dueProgress()
    if (progress !== null) return { bytes: [progress], isLast: false }
    if (this.rest.length === 0) {
      this.step ??= this.advance()
      const step = await this.orIdle(this.step)
      if (step === null) return this.idle()
      this.step = null
      if (step.kind === 'failed') return this.failed(step.error)
      if (step.kind === 'end') return this.ended()
      this.rest = step.bytes as Uint8Array<ArrayBuffer>
    }
    const payload = this.rest.subarray(0, this.framing.payloadMax)
    this.rest = this.rest.subarray(payload.length)
    return { bytes: [this.framing.records(payload)], isLast: false }
  }

  /** Never rejects, as nobody may be waiting when it fails. */
  private async advance(): Promise<Step> {
    try {
      let bytes = await this.run.next()
      while (bytes?.length === 0) bytes = await this.run.next()
      return bytes === null ? { kind: 'end' } : { kind: 'records', bytes }
    } catch (error) {
      return { kind: 'failed', error }
    }
  }

  /** Null where it takes longer than a client should be left without a word. */
  private async orIdle(step: Promise<Step>): Promise<Step | null> {
    const { idle, progress } = this.framing
    if (idle === null && progress === null) return step
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), this.idleMilliseconds)
    })
    try {
      return await Promise.race([step, late])
    } finally {
      clearTimeout(timer)
    }
  }

  private idle(): Pulled {
    const piece = this.dueProgress() ?? this.framing.idle?.()
    return { bytes: piece === undefined ? [] : [piece], isLast: false }
  }

  private dueProgress(): Uint8Array | null {
    const { progress } = this.framing
    if (progress === null || Date.now() - this.progressed < this.idleMilliseconds) return null
    this.progressed = Date.now()
    return progress(this.run.stats())
  }

  private async ended(): Promise<Pulled> {
    await this.run.close().catch(this.onFault)
    const stats = this.run.stats()
    // Who asked for progress is told at least once, however quick the query was.
    const progress = this.framing.progress?.(stats)
    return { bytes: [...(progress === undefined ? [] : [progress]), ...this.framing.end(stats)], isLast: true }
  }

  private async failed(error: unknown): Promise<Pulled> {
    await this.run.close().catch(this.onFault)
    if (!(error instanceof S3Error)) this.onFault(error)
    const told = error instanceof S3Error ? error : new S3Error('InternalError', { cause: error })
    return { bytes: [this.framing.error(told)], isLast: true }
  }
}
