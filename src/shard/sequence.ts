// Sequence numbers of a shard: they order mutations, versions and the catalogue's watermark, and are never reused.

/** How many numbers one row write reserves; a restart skips what was left of them. */
const RESERVED_AT_ONCE = 100_000

export class Sequence {
  #next: number
  #reserved: number
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    this.#reserved = this.#stored()
    this.#next = this.#reserved + 1
  }

  /** The next number; call inside the transaction that uses it. */
  next(): number {
    if (this.#next > this.#reserved) {
      this.#reserved = this.#next + RESERVED_AT_ONCE - 1
      this.#sql.exec("INSERT OR REPLACE INTO meta VALUES ('seq_reserved', ?)", String(this.#reserved))
    }
    return this.#next++
  }

  /** A transaction was undone, and a reservation it made with it. */
  rolledBack(): void {
    this.#reserved = this.#stored()
  }

  #stored(): number {
    const row = this.#sql.exec<{ value: string }>("SELECT value FROM meta WHERE name = 'seq_reserved'").toArray()[0]
    return Number(row?.value ?? 0)
  }
}
