// Aggregates over all parts: their partial results merged, and the rows of the answer made of them.
import { outputPieceBytes, scanBudgetBytes } from '../../limits.ts'
import type { ObjectSource, RecordWriter } from '../batch.ts'
import { GroupRows } from '../exec/group-rows.ts'
import type { Group } from '../exec/group-rows.ts'
import type { QueryParts } from '../exec/open-query.ts'
import { kernelPool } from '../kernel-pool.ts'
import type { KernelLease } from '../kernel-pool.ts'
import type { SelectRequest } from '../request.ts'
import { openSelectBy } from '../select.ts'
import { utcTimestamp } from '../value/clock.ts'
import type { Part } from './part.ts'
import { MergedPartials } from './partial.ts'
import type { Parts } from './parts.ts'

export interface AggregatesSetup {
  request: SelectRequest
  source: ObjectSource
  /** Milliseconds since 1970. */
  now: number
}

export class AggregatesRun {
  readonly #parts: Parts
  readonly #setup: AggregatesSetup
  #lease: KernelLease | null = null
  #answer: Answer | null = null
  #returned = 0

  /** Of parts that are at work. */
  constructor(parts: Parts, setup: AggregatesSetup) {
    this.#parts = parts
    this.#setup = setup
  }

  /** Bytes of the answer; null at its end. Throws S3Error. */
  async next(): Promise<Uint8Array | null> {
    try {
      this.#answer ??= await this.#merge()
      const bytes = this.#answer.next()
      this.#returned += bytes?.length ?? 0
      if (bytes === null) await this.close()
      return bytes
    } catch (error) {
      await this.close()
      throw error
    }
  }

  stats(): { scanned: number; processed: number; returned: number } {
    return { ...this.#parts.stats(), returned: this.#returned }
  }

  async close(): Promise<void> {
    this.#lease?.release()
    await this.#parts.close()
  }

  async #merge(): Promise<Answer> {
    // In order: of several parts that fail, the first one counts, as it does where one scan reads them all.
    const partials: Uint8Array[] = []
    for (const part of this.#parts.parts) partials.push(await partialOf(part))
    // Kernels are for the writer, and for the reader that learns the columns' names; the parts have given theirs back.
    const { request, source, now } = this.#setup
    const lease = await kernelPool.lease(scanBudgetBytes[request.input.format])
    this.#lease = lease
    const setup = { kernels: lease.kernels, arena: lease.arena, now: utcTimestamp(now) }
    return openSelectBy((parts) => answerOf(parts, partials), request, source, setup)
  }
}

async function partialOf(part: Part): Promise<Uint8Array> {
  for (;;) {
    const gift = await part.next()
    if (gift.kind === 'partial') return gift.bytes
    if (gift.kind === 'end') throw new Error('A part ended without the result it was asked for')
  }
}

async function answerOf({ query, reader, writer, cursor }: QueryParts, partials: readonly Uint8Array[]) {
  await reader.close()
  const merged = new MergedPartials(query)
  for (const partial of partials) merged.add(partial)
  const rows = new GroupRows(query, writer, cursor.setup)
  return new Answer(rows, rows.sorted(merged.groups()), writer)
}

/** The rows of groups in the order of the answer, in pieces. */
class Answer {
  readonly #rows: GroupRows
  readonly #groups: Iterator<Group>
  readonly #writer: RecordWriter

  constructor(rows: GroupRows, groups: readonly Group[], writer: RecordWriter) {
    this.#rows = rows
    this.#groups = groups[Symbol.iterator]()
    this.#writer = writer
  }

  next(): Uint8Array | null {
    while (!this.#rows.full && this.#writer.pending < outputPieceBytes) {
      const group = this.#groups.next()
      if (group.done === true) break
      this.#rows.write(group.value)
    }
    return this.#writer.pending === 0 ? null : this.#writer.take()
  }
}
