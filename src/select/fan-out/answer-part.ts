// A node's answer to a part: the query runs as fast as its messages are read.
import { S3Error } from '../../errors.ts'
import { partProgressMilliseconds } from '../../limits.ts'
import { encodeMessage } from './part-message.ts'
import type { PartMessage, PartStats } from './part-message.ts'

export interface PartPiece {
  bytes: Uint8Array
  records: number | null
}

/** A part that runs. */
export interface PartRun {
  /** Bytes of whole records, and how many there are, as in PartMessage; null at the end. */
  next(): Promise<PartPiece | null>
  /** At the end, where a partial result was asked for. */
  partial(): Uint8Array | null
  stats(): PartStats
  /** Stops reading; safe at any time and more than once. */
  close(): Promise<void>
}

export interface AnswerOptions {
  /** Told what no S3Error explains; the other side learns only that it was internal. */
  onFault: (error: unknown) => void
  /** For tests. */
  progressMilliseconds?: number
}

/** A stream of messages. Whoever cancels it stops the part. */
export function answerPart(open: () => Promise<PartRun>, options: AnswerOptions): ReadableStream<Uint8Array> {
  const answer = new Answer(open, options)
  const source = {
    type: 'bytes',
    async pull(controller: ByteController) {
      const { message, isLast } = await answer.next()
      controller.enqueue(encodeMessage(message))
      if (isLast) controller.close()
    },
    cancel: () => answer.close(),
  }
  // The types know this kind of source by another shape: https://streams.spec.whatwg.org/#enumdef-readablestreamtype
  return new ReadableStream<Uint8Array>(source as unknown as UnderlyingSource<Uint8Array>)
}

interface ByteController {
  enqueue(bytes: Uint8Array): void
  close(): void
}

const noStats: PartStats = { scanned: 0, processed: 0 }

class Answer {
  readonly #open: () => Promise<PartRun>
  readonly #options: AnswerOptions
  #run: PartRun | null = null
  /** The step under way: what it gives may take several messages of progress. */
  #step: Promise<PartMessage> | null = null
  #hasPartial = false
  #closed = false

  constructor(open: () => Promise<PartRun>, options: AnswerOptions) {
    this.#open = open
    this.#options = options
  }

  async next(): Promise<{ message: PartMessage; isLast: boolean }> {
    this.#step ??= this.#advance()
    const message = await this.#orProgress(this.#step)
    if (message === null) return { message: { kind: 'progress', ...this.#stats() }, isLast: false }
    this.#step = null
    const isLast = message.kind === 'end' || message.kind === 'error'
    if (isLast) await this.close()
    return { message, isLast }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#run?.close().catch(this.#options.onFault)
  }

  #stats(): PartStats {
    return this.#run?.stats() ?? noStats
  }

  /** Never rejects, as nobody may be waiting when it fails. */
  async #advance(): Promise<PartMessage> {
    try {
      return { ...(await this.#work()), ...this.#stats() }
    } catch (error) {
      if (!(error instanceof S3Error)) this.#options.onFault(error)
      const told = error instanceof S3Error ? error : new S3Error('InternalError', { cause: error })
      return { kind: 'error', error: told, ...this.#stats() }
    }
  }

  async #work(): Promise<PartMessage> {
    if (this.#run === null) {
      this.#run = await this.#open()
      // Cancelled while it was opened: nobody else would close it.
      if (this.#closed) await this.#run.close()
      return { kind: 'begun', ...noStats }
    }
    const run = this.#run
    const piece = await run.next()
    if (piece !== null) return { kind: 'records', ...piece, ...noStats }
    const partial = this.#hasPartial ? null : run.partial()
    this.#hasPartial = true
    return partial === null ? { kind: 'end', ...noStats } : { kind: 'partial', bytes: partial, ...noStats }
  }

  /** Null where the step takes longer than the other side should go without news. */
  async #orProgress(step: Promise<PartMessage>): Promise<PartMessage | null> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), this.#options.progressMilliseconds ?? partProgressMilliseconds)
    })
    try {
      return await Promise.race([step, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
