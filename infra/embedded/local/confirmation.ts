// What a Durable Object has written and the disk has not confirmed. RPC knows it by itself (the output gate); an answer by
// line has to ask. https://developers.cloudflare.com/durable-objects/reference/in-memory-state/

export class Confirmation {
  readonly #storage: DurableObjectStorage
  /** Transactions so far, and how many of them are confirmed. */
  #written = 0
  #confirmed = 0
  /** For all who ask within one turn. */
  #asking: Promise<void> | null = null

  /** Counts the storage's transactions from now on. Objects write nothing that matters outside of `transactionSync`. */
  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    const transaction = storage.transactionSync.bind(storage)
    const counted = <Result>(work: () => Result): Result => {
      this.#written++
      return transaction(work)
    }
    Object.defineProperty(storage, 'transactionSync', { value: counted })
  }

  /** Something is not confirmed. */
  get isDue(): boolean {
    return this.#written > this.#confirmed
  }

  /** What the work gives, once everything written up to its end is confirmed. Rejects when the disk did not take it. */
  async after(work: () => unknown): Promise<unknown> {
    const value = await work()
    if (this.isDue) await this.now()
    return value
  }

  /** Resolves when everything written so far is confirmed. */
  now(): Promise<void> {
    if (!this.isDue) return Promise.resolve()
    this.#asking ??= Promise.resolve().then(() => this.#ask())
    return this.#asking
  }

  async #ask(): Promise<void> {
    this.#asking = null
    const written = this.#written
    await this.#storage.sync()
    this.#confirmed = Math.max(this.#confirmed, written)
  }
}
