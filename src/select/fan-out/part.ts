// One part of a query as the coordinator reads it, asked for again where the node was lost.
import { S3Error } from '../../errors.ts'
import { partAttemptsMax } from '../../limits.ts'
import { MessageReader } from './part-message.ts'
import type { PartMessage, PartStats } from './part-message.ts'
import type { PartQuery, SelectNodes } from './part-query.ts'

/** What a part gives in the end, or on the way. */
export type PartGift = Extract<PartMessage, { kind: 'records' | 'partial' | 'end' }>

export class Part {
  readonly #nodes: SelectNodes
  readonly #number: number
  readonly #query: PartQuery
  #begun: Promise<void> | null = null
  #ahead: Promise<PartGift> | null = null
  #reader: MessageReader | null = null
  #stats: PartStats = { scanned: 0, processed: 0 }
  /** Records handed out: a node asked anew leaves them out. */
  #records = 0
  #limit: number | null
  #failures = 0
  /** Counts restarts; what was begun before the last one is given up. */
  #round = 0
  #closed = false

  constructor(nodes: SelectNodes, number: number, query: PartQuery) {
    this.#nodes = nodes
    this.#number = number
    this.#query = query
    this.#limit = query.limit
  }

  get stats(): PartStats {
    return this.#stats
  }

  /**
   * Asks for it. Resolves when the node is at work, and rejects with what was wrong before that. From then on what it gives
   * first is waited for, so that it works while others are read.
   */
  begin(): Promise<void> {
    this.#begun ??= this.#begin()
    return this.#begun
  }

  /** Records in order, then a partial result if one was asked for, then the end. Throws S3Error. */
  async next(): Promise<PartGift> {
    await this.begin()
    const gift = await (this.#ahead ?? this.#readAhead())
    this.#ahead = null
    if (gift.kind === 'records') {
      this.#records += gift.records ?? 0
      if (this.#limit !== null) this.#limit -= gift.records ?? 0
      // Where it is not known what was given, no other node can go on.
      if (gift.records === null) this.#failures = partAttemptsMax
    }
    if (gift.kind !== 'end') void this.#readAhead()
    return gift
  }

  /** How many records the node may still give; null: all. */
  get limit(): number | null {
    return this.#limit
  }

  /** Puts back the records handed out last, and asks for them and what follows, `limit` at most. */
  async restart(records: number | null, limit: number): Promise<void> {
    this.#round++
    await this.#drop()
    this.#ahead = null
    this.#records -= records ?? 0
    this.#failures = 0
    this.#limit = limit
    this.#begun = this.#begin()
    return this.#begun
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#drop()
  }

  async #begin(): Promise<void> {
    await this.#retried(async (round) => {
      while ((await this.#message(round)).kind !== 'begun');
    })
    void this.#readAhead()
  }

  #readAhead(): Promise<PartGift> {
    this.#ahead = this.#retried(async (round) => {
      for (;;) {
        const message = await this.#message(round)
        if (message.kind === 'records' || message.kind === 'partial' || message.kind === 'end') return message
      }
    })
    // Whoever asks for it sees the failure; until then it must not count as unhandled.
    this.#ahead.catch(() => undefined)
    return this.#ahead
  }

  async #message(round: number): Promise<PartMessage> {
    const reader = this.#reader ?? (await this.#ask(round))
    const message = await reader.next()
    this.#stats = { scanned: message.scanned, processed: message.processed }
    if (message.kind === 'error') throw message.error
    return message
  }

  async #ask(round: number): Promise<MessageReader> {
    if (this.#closed) throw new Error('The part was closed before it was asked for')
    const isFirst = this.#query.isFirst && round === 0 && this.#records === 0
    const query = { ...this.#query, isFirst, skip: this.#query.skip + this.#records, limit: this.#limit }
    const reader = new MessageReader(await this.#nodes.ask(this.#number, query))
    if (this.#closed || round !== this.#round) await reader.close()
    else this.#reader = reader
    return reader
  }

  /** A node that is reset or unreachable is asked anew; what it says itself counts. */
  async #retried<Result>(work: (round: number) => Promise<Result>): Promise<Result> {
    const round = this.#round
    for (;;) {
      try {
        return await work(round)
      } catch (error) {
        if (error instanceof S3Error || this.#closed || round !== this.#round) throw error
        if (++this.#failures >= partAttemptsMax) throw error
        await this.#drop()
      }
    }
  }

  async #drop(): Promise<void> {
    const reader = this.#reader
    this.#reader = null
    await reader?.close()
  }
}
