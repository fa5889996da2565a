// All parts of a query: begun one after the other, at work together.
import { Part } from './part.ts'
import type { PartStats } from './part-message.ts'
import type { PartQuery, SelectNodes } from './part-query.ts'

export class Parts {
  readonly parts: readonly Part[]
  #starting: Promise<void> | null = null

  constructor(nodes: SelectNodes, queries: readonly PartQuery[]) {
    this.parts = queries.map((query, number) => new Part(nodes, number, query))
  }

  /**
   * Resolves when the first part is at work, and throws what was wrong before. The others follow, each when the one before
   * is at work: where several share an isolate and its kernels, none waits for kernels that a later one holds.
   */
  async begin(): Promise<void> {
    const [first, ...others] = this.parts
    await first?.begin()
    this.#starting = this.#beginAll(others)
  }

  async #beginAll(others: readonly Part[]): Promise<void> {
    for (const part of others) {
      // What went wrong is told when its turn comes, and what comes behind it is never asked for.
      const isBegun = await part.begin().then(
        () => true,
        () => false,
      )
      if (!isBegun) return
    }
  }

  stats(): PartStats {
    const sum = { scanned: 0, processed: 0 }
    for (const { stats } of this.parts) {
      sum.scanned += stats.scanned
      sum.processed += stats.processed
    }
    return sum
  }

  async close(): Promise<void> {
    await Promise.all(this.parts.map((part) => part.close()))
    await this.#starting
  }
}
