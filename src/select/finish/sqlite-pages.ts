/** Bytes of a page of the database files written here. */
export const pageBytes = 4096

/** Pages numbered from 1, in one buffer that doubles up to its budget. */
export class PageBuffer {
  readonly #budget: number
  #buffer = new Uint8Array(64 * pageBytes)
  #view = new DataView(this.#buffer.buffer)
  #count = 0

  constructor(budget: number) {
    this.#budget = budget
  }

  get bytesUsed(): number {
    return this.#count * pageBytes
  }

  /** The number of a fresh page of zeros. Throws RangeError over the budget. */
  allocate(): number {
    const end = (this.#count + 1) * pageBytes
    if (end > this.#budget) throw new RangeError(`The database grows over its budget of ${this.#budget} bytes`)
    if (end > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(this.#buffer.length * 2, this.#budget))
      larger.set(this.#buffer)
      this.#buffer = larger
      this.#view = new DataView(larger.buffer)
    }
    this.#count += 1
    return this.#count
  }

  /** Valid until the next `allocate`. */
  bytes(page: number): Uint8Array {
    return this.#buffer.subarray((page - 1) * pageBytes, page * pageBytes)
  }

  /** Valid until the next `allocate`. */
  view(page: number): DataView {
    return new DataView(this.#view.buffer, (page - 1) * pageBytes, pageBytes)
  }

  /** All pages, once: they are given away, so that nobody keeps them but their taker. */
  take(): Uint8Array {
    const pages = this.#buffer.subarray(0, this.#count * pageBytes)
    this.#buffer = new Uint8Array()
    this.#view = new DataView(this.#buffer.buffer)
    return pages
  }
}
