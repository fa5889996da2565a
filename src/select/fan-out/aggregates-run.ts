// Aggregates over all parts: their partial results merged, and the rows of the answer made of them.
import { scanBudgetBytes } from '../../limits.ts'
import { kernelPool } from '../kernel-pool.ts'
import type { KernelLease } from '../kernel-pool.ts'
import type { SelectRequest } from '../request.ts'
import { finishParts } from '../select.ts'
import { utcTimestamp } from '../value/clock.ts'
import type { Part } from './part.ts'
import type { Parts } from './parts.ts'

export class AggregatesRun {
  readonly #parts: Parts
  readonly #request: SelectRequest
  readonly #now: number
  #lease: KernelLease | null = null
  #answer: Iterator<Uint8Array, void> | null = null
  #returned = 0

  /** Of parts that are at work. `now`: milliseconds since 1970. */
  constructor(parts: Parts, { request, now }: { request: SelectRequest; now: number }) {
    this.#parts = parts
    this.#request = request
    this.#now = now
  }

  /** Bytes of the answer; null at its end. Throws S3Error. */
  async next(): Promise<Uint8Array | null> {
    try {
      this.#answer ??= await this.#merge()
      const bytes = this.#answer.next().value ?? null
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

  async #merge(): Promise<Iterator<Uint8Array, void>> {
    // In order: of several parts that fail, the first one counts, as it does where one scan reads them all.
    const partials: Uint8Array[] = []
    for (const part of this.#parts.parts) partials.push(await partialOf(part))
    // Kernels for the writer alone; the parts have given theirs back.
    this.#lease = await kernelPool.lease(scanBudgetBytes[this.#request.input.format])
    const { kernels, arena } = this.#lease
    return finishParts(this.#request, partials, { kernels, arena, now: utcTimestamp(this.#now) })
  }
}

async function partialOf(part: Part): Promise<Uint8Array> {
  for (;;) {
    const gift = await part.next()
    if (gift.kind === 'partial') return gift.bytes
    if (gift.kind === 'end') throw new Error('A part ended without the result it was asked for')
  }
}
