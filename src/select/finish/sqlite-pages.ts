/** Bytes of a page of the database files written here. */
export const pageBytes = 4096

const growthBytes = 64 * pageBytes

/** Pages numbered from 1, in one buffer that grows where it lies, up to its budget. */
export class PageBuffer {
  readonly #budget: number
  #buffer: ArrayBuffer
  #count = 0

  constructor(budget: number) {
    this.#budget = budget
    this.#buffer = new ArrayBuffer(0, { maxByteLength: budget })
  }

  get bytesUsed(): number {
    return this.#count * pageBytes
  }

  /** The number of a fresh page of zeros. Throws RangeError over the budget. */
  allocate(): number {
    const end = (this.#count + 1) * pageBytes
    if (end > this.#budget) throw new RangeError(`The database grows over its budget of ${this.#budget} bytes`)
    if (end > this.#buffer.byteLength) this.#buffer.resize(Math.min(end + growthBytes, this.#budget))
    this.#count += 1
    return this.#count
  }

  bytes(page: number): Uint8Array {
    return new Uint8Array(this.#buffer, (page - 1) * pageBytes, pageBytes)
  }

  view(page: number): DataView {
    return new DataView(this.#buffer, (page - 1) * pageBytes, pageBytes)
  }

  /** All pages, once: they are given away, so that nobody keeps them but their taker. */
  take(): Uint8Array {
    const pages = new Uint8Array(this.#buffer, 0, this.#count * pageBytes)
    this.#buffer = new ArrayBuffer(0)
    return pages
  }
}
