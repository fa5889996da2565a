// The file of a form as a source of bytes: they end where the next boundary begins, and nobody knows how many there are.
import { findDelimiter, isClosing, lineAfterBoundary } from '../http/form-data.ts'
import { roomFor } from './body-source.ts'
import { refuse } from './refusal-error.ts'
import type { BodySource, ByteSource } from './body-source.ts'

export interface FormFileOptions {
  /** The first bytes of the content, read together with the fields. */
  held: Uint8Array
  /** As `formDelimiter` gives it. */
  delimiter: Uint8Array
  /** Of the content, inclusive. */
  size: { min: number; max: number }
  /** What the content has at most by the request's Content-Length; null when that is not told. */
  announced: number | null
}

export class FormFile implements ByteSource {
  readonly #source: BodySource
  readonly #options: FormFileOptions
  /** Read from the source and not yet given out: the boundary may begin in it. */
  #held: Uint8Array
  #given = 0
  #ended = false

  constructor(source: BodySource, options: FormFileOptions) {
    this.#source = source
    this.#options = options
    this.#held = options.held
  }

  /** Exactly `sizeBytes`, or less at the end; null after it. Throws EntityTooLarge and EntityTooSmall as soon as known. */
  async read(sizeBytes: number, used?: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#ended) return null
    const { delimiter } = this.#options
    // With room for a whole boundary after the piece: one that begins within the piece then lies there whole.
    const filled = await this.#fill(sizeBytes + delimiter.length, used)
    const end = findDelimiter(filled, 0, delimiter)
    if (end === -1 && filled.length < sizeBytes + delimiter.length) {
      refuse({ reason: 'form-malformed', what: 'no boundary after the file' })
    }
    const length = end === -1 ? sizeBytes : Math.min(end, sizeBytes)
    this.#count(length)
    if (end !== -1 && end <= sizeBytes) {
      await this.#finish(filled.subarray(end + delimiter.length))
    } else {
      this.#held = filled.slice(length)
    }
    return length === 0 ? null : filled.subarray(0, length)
  }

  drain(limitBytes: number, limitMilliseconds: number): Promise<void> {
    return this.#source.drain(limitBytes, limitMilliseconds)
  }

  /** What is held, and more up to `sizeBytes`, in one buffer. */
  async #fill(sizeBytes: number, used: Uint8Array | undefined): Promise<Uint8Array<ArrayBuffer>> {
    const size = Math.max(sizeBytes, this.#held.length)
    let buffer = roomFor(size, used)
    buffer.set(this.#held)
    let filled = this.#held.length
    while (filled < size && !this.#source.ended) {
      const read = await this.#source.readInto(buffer.subarray(filled, size))
      // A cancelled stream (drained for too long) does not give the buffer back.
      if (read.buffer.byteLength < size) refuse({ reason: 'body-incomplete', what: 'the form was given up' })
      buffer = new Uint8Array(read.buffer, 0, size)
      filled += read.length
    }
    return buffer.subarray(0, filled)
  }

  #count(length: number): void {
    const { size, announced } = this.#options
    this.#given += length
    if (this.#given > size.max) {
      refuse({ reason: 'file-too-large', size: Math.max(this.#given, announced ?? 0), max: size.max })
    }
  }

  /** The boundary was found: its line has to be one. What follows it belongs to nobody. */
  async #finish(rest: Uint8Array): Promise<void> {
    this.#ended = true
    const { min } = this.#options.size
    if (this.#given < min) refuse({ reason: 'file-too-small', size: this.#given, min })
    const line = new Uint8Array(lineBytes)
    line.set(rest.subarray(0, lineBytes))
    const missing = lineBytes - Math.min(rest.length, lineBytes)
    const more = missing === 0 ? null : await this.#source.read(missing)
    if (more !== null) line.set(more, lineBytes - missing)
    if (!isClosing(line, 0) && lineAfterBoundary(line, 0) === null) {
      refuse({ reason: 'form-malformed', what: 'text follows the boundary after the file' })
    }
    this.#held = new Uint8Array(0)
  }
}

// Two bytes tell; spaces may stand before them.
const lineBytes = 16
