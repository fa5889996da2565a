// A part of a query at work on a node: whole records with their number, or in the end what aggregates have seen.
import { outputPieceBytes, selectFlushBytes } from '../../limits.ts'
import type { RecordReader } from '../batch.ts'
import { AggregateSink } from '../exec/aggregate-sink.ts'
import { GroupSink } from '../exec/group-sink.ts'
import type { QueryParts } from '../exec/open-query.ts'
import { Scan } from '../exec/scan.ts'
import type { Sink } from '../exec/sink.ts'
import { sinkOf } from '../exec/sinks.ts'
import { hintsOf } from '../plan/hints.ts'
import { foldConstants } from '../scalar/fold-constants.ts'
import type { PartPiece, PartRun } from './answer-part.ts'
import { CountingWriter } from './counting-writer.ts'
import { encodePartial } from './partial.ts'
import type { PartStats } from './part-message.ts'
import type { PartQuery } from './part-query.ts'

/** Starts the reader and scans as far as the first output, or through the first MiB. Throws what is wrong up to there. */
export async function startPart(parts: QueryParts, part: PartQuery): Promise<PartRun> {
  const { reader, scratch, cursor, textOnly } = parts
  const isWhole = part.gives === 'partial'
  const query = isWhole ? parts.query : { ...parts.query, offset: part.skip, limit: part.limit }
  const where = query.where === null ? null : foldConstants(query.where)
  const writer = new CountingWriter(parts.writer)
  const sink = sinkOf(query, writer, { scratch, cursor })
  const scan = new Scan({ reader, where, sink: isWhole ? unfinished(sink) : sink, scratch, cursor })
  reader.start(query.columns, hintsOf(where, { textOnly }))
  const run = new ScannedPart({ scan, reader, writer, partial: isWhole ? () => partialOf(sink) : () => null })
  await run.begin(part.isFirst)
  return run
}

/** The sink, which keeps what it has seen to itself. */
function unfinished(sink: Sink): Sink {
  return {
    take: (batch, rows, count) => sink.take(batch, rows, count),
    takeCount: sink.takeCount,
    full: false,
    finish: () => false,
  }
}

function partialOf(sink: Sink): Uint8Array {
  if (sink instanceof GroupSink || sink instanceof AggregateSink) return encodePartial(sink.save())
  throw new Error('Only aggregates have partial results')
}

interface ScannedParts {
  scan: Scan
  reader: RecordReader
  writer: CountingWriter
  partial: () => Uint8Array | null
}

class ScannedPart implements PartRun {
  readonly #scan: Scan
  readonly #reader: RecordReader
  readonly #writer: CountingWriter
  readonly #partial: () => Uint8Array | null
  #more = true
  #fault: { error: unknown } | null = null
  #closed = false

  constructor({ scan, reader, writer, partial }: ScannedParts) {
    this.#scan = scan
    this.#reader = reader
    this.#writer = writer
    this.#partial = partial
  }

  /** `isStrict`: a fault is thrown, and what was written before it is dropped; otherwise it comes behind that. */
  async begin(isStrict: boolean): Promise<void> {
    while (this.#more && this.#writer.pending === 0 && this.#reader.processed < selectFlushBytes) await this.#step()
    if (this.#fault === null || (!isStrict && this.#writer.pending > 0)) return
    await this.close()
    throw this.#fault.error
  }

  async next(): Promise<PartPiece | null> {
    const flushedAt = this.#reader.processed
    while (this.#more && !this.#closed && this.#writer.pending < outputPieceBytes) {
      if (this.#writer.pending > 0 && this.#reader.processed - flushedAt >= selectFlushBytes) break
      await this.#step()
    }
    if (this.#writer.pending > 0) {
      const records = this.#writer.takeCount()
      return { bytes: this.#writer.take(), records: this.#fault === null ? records : null }
    }
    await this.close()
    if (this.#fault !== null) throw this.#fault.error
    return null
  }

  partial(): Uint8Array | null {
    return this.#partial()
  }

  stats(): PartStats {
    return { scanned: this.#reader.scanned, processed: this.#reader.processed }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#reader.close()
  }

  async #step(): Promise<void> {
    try {
      this.#more = await this.#scan.step()
    } catch (error) {
      this.#fault = { error }
      this.#more = false
    }
  }
}
