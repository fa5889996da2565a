/**
 * SQLite's record format: a header of serial types, then the values. No I/O.
 * https://www.sqlite.org/fileformat2.html#record_format
 */

/** bigint: INTEGER of 64 bits. number: REAL. */
export type SqliteValue = null | bigint | number | string | Uint8Array

const encoder = new TextEncoder()

/** Encodes one record at a time. */
export class RecordEncoder {
  #types: number[] = []
  #bytes = new Uint8Array(4096)
  #view = new DataView(this.#bytes.buffer)

  /** The record's payload; valid until the next `encode`. */
  encode(values: readonly SqliteValue[]): Uint8Array {
    // Values are written behind room for the longest header, which then is moved up to them.
    const headerRoom = 9 * (values.length + 1)
    this.#room(headerRoom)
    let at = headerRoom
    this.#types.length = 0
    for (const value of values) at = this.#put(value, at)
    let typeBytes = 0
    for (const type of this.#types) typeBytes += varintBytes(type)
    // The header's length counts its own varint.
    let headerBytes = typeBytes + 1
    if (varintBytes(headerBytes) > 1) headerBytes = typeBytes + varintBytes(typeBytes + 2)
    const start = headerRoom - headerBytes
    let header = putVarint(this.#bytes, start, headerBytes)
    for (const type of this.#types) header = putVarint(this.#bytes, header, type)
    return this.#bytes.subarray(start, at)
  }

  #put(value: SqliteValue, at: number): number {
    if (value === null) return this.#typed(0, at)
    if (typeof value === 'bigint') return this.#integer(value, at)
    if (typeof value === 'number') {
      this.#room(at + 8)
      this.#view.setFloat64(at, value)
      return this.#typed(7, at + 8)
    }
    if (typeof value === 'string') {
      this.#room(at + value.length * 3)
      const { written } = encoder.encodeInto(value, this.#bytes.subarray(at))
      return this.#typed(13 + 2 * written, at + written)
    }
    this.#room(at + value.length)
    this.#bytes.set(value, at)
    return this.#typed(12 + 2 * value.length, at + value.length)
  }

  #integer(value: bigint, at: number): number {
    this.#room(at + 8)
    if (value === 0n) return this.#typed(8, at)
    if (value === 1n) return this.#typed(9, at)
    if (value >= -2_147_483_648n && value <= 2_147_483_647n) {
      this.#view.setInt32(at, Number(value))
      return this.#typed(4, at + 4)
    }
    this.#view.setBigInt64(at, value)
    return this.#typed(6, at + 8)
  }

  #typed(type: number, end: number): number {
    this.#types.push(type)
    return end
  }

  #room(end: number): void {
    if (end <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2))
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

/** Bytes of a number as a varint; numbers here stay below 2^53. */
export function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes += 1
  return bytes
}

/** Writes a big-endian varint; gives the offset after it. */
export function putVarint(into: Uint8Array, at: number, value: number): number {
  const bytes = varintBytes(value)
  let rest = value
  for (let index = bytes - 1; index >= 0; index -= 1) {
    into[at + index] = (rest % 128) | (index === bytes - 1 ? 0 : 0x80)
    rest = Math.floor(rest / 128)
  }
  return at + bytes
}
