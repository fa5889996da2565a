// A strict scalar reader of JSON text in UTF-8, token by token: what decides where the kernels do not. RFC 8259. No I/O, no clock.

/** Why bytes are refused: they are no JSON, no UTF-8, or nested deeper than `jsonDepthMax`; or a name means two of a record's keys. */
export type JsonFaultReason = 'syntax' | 'encoding' | 'depth' | 'ambiguous'

export class JsonFault extends Error {
  readonly reason: JsonFaultReason
  /** Where in the bytes. */
  readonly at: number

  constructor(reason: JsonFaultReason, at: number) {
    super(`JSON: ${reason} at ${at}`)
    this.name = 'JsonFault'
    this.reason = reason
    this.at = at
  }
}

/** Arrays and objects within each other. */
export const jsonDepthMax = 1000

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const latin = new TextDecoder('latin1')
const literals = ['true', 'false', 'null'].map((text) => new TextEncoder().encode(text))
const quote = 0x22
const backslash = 0x5c

export class JsonCursor {
  readonly bytes: Uint8Array
  readonly end: number
  at: number

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  /** The byte at the cursor; 0 at the end. */
  get byte(): number {
    return this.at < this.end ? (this.bytes[this.at] ?? 0) : 0
  }

  skipBlanks(): void {
    while (this.at < this.end && isBlank(this.bytes[this.at])) this.at++
  }

  /** Moves over one byte that has to be there. */
  expect(byte: number): void {
    if (this.byte !== byte) throw new JsonFault('syntax', this.at)
    this.at++
  }

  /** Moves over the string at the cursor and says whether it has escapes. Its text lies between the quotes. */
  passString(): boolean {
    this.expect(quote)
    let escapes = false
    for (; this.at < this.end; this.at++) {
      const byte = this.byte
      if (byte === quote) {
        this.at++
        return escapes
      }
      if (byte < 0x20) break
      if (byte === backslash) {
        escapes = true
        this.at++
      }
    }
    throw new JsonFault('syntax', this.at)
  }

  /** Moves over the number, true, false or null at the cursor and returns its first byte. */
  passScalar(): number {
    const start = this.at
    while (this.at < this.end && !isDelimiter(this.bytes[this.at])) this.at++
    const first = this.bytes[start] ?? 0
    const fits =
      first >= 0x61
        ? literals.some((literal) => this.#is(start, literal))
        : isNumber(latin.decode(this.bytes.subarray(start, this.at)))
    if (!fits) throw new JsonFault('syntax', start)
    return first
  }

  #is(start: number, literal: Uint8Array): boolean {
    return this.at - start === literal.length && literal.every((byte, index) => this.bytes[start + index] === byte)
  }

  /** Moves to the next member or element: true when there is one, false behind the closing bracket. `isFirst`: behind the opening one. */
  next(close: number, { isFirst }: { isFirst: boolean }): boolean {
    this.skipBlanks()
    if (this.byte === close) {
      this.at++
      return false
    }
    if (isFirst) return true
    this.expect(0x2c)
    this.skipBlanks()
    return true
  }

  /** Moves over a key and its colon and returns the key. */
  passKey(): string {
    const start = this.at + 1
    const escapes = this.passString()
    const key = decodeString(this.bytes, start, this.at - 1, { escapes })
    this.skipBlanks()
    this.expect(0x3a)
    this.skipBlanks()
    return key
  }
}

/** Whether the whole text is a number of JSON. */
export function isNumber(text: string): boolean {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)
}

/** The text between the quotes of a string. Throws JsonFault for bytes that are no UTF-8 and escapes there are none of. */
export function decodeString(bytes: Uint8Array, start: number, end: number, { escapes }: { escapes: boolean }): string {
  let text: string
  try {
    text = decoder.decode(bytes.subarray(start, end))
  } catch {
    throw new JsonFault('encoding', start)
  }
  if (!escapes) return text
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    throw new JsonFault('syntax', start)
  }
}

export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** Whether a number or literal cannot go on with this byte: white space, control characters, comma, closing brackets. */
export function isDelimiter(byte: number | undefined): boolean {
  return byte === undefined || byte <= 0x20 || byte === 0x2c || byte === 0x5d || byte === 0x7d
}
