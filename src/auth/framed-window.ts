// A window that slides over a framed body: lines and runs of bytes are taken from its front, one buffer serves all.
import { refuse } from './refusal-error.ts'
import type { DigestSet } from './digest-set.ts'
import type { BodySource } from './body-source.ts'

export class FramedWindow {
  readonly #source: BodySource
  // Of the framed bytes themselves, for a client that hashed those.
  readonly #digests: DigestSet
  #buffer: Uint8Array<ArrayBuffer>
  #start = 0
  #end = 0

  /** `sizeBytes`: at least one line; more makes fewer reads. */
  constructor(source: BodySource, sizeBytes: number, digests: DigestSet) {
    this.#source = source
    this.#digests = digests
    this.#buffer = new Uint8Array(sizeBytes)
  }

  /**
   * The next line without its CRLF, of at most `bytesMax` with it. At the end of the body: what is left, and
   * `complete` false.
   */
  async line(bytesMax: number): Promise<{ text: string; complete: boolean }> {
    for (;;) {
      const ready = Math.min(this.#end - this.#start, bytesMax)
      const newline = this.#buffer.subarray(this.#start, this.#start + ready).indexOf(0x0a)
      if (newline !== -1) {
        if (newline === 0 || this.#buffer[this.#start + newline - 1] !== 0x0d) {
          refuse({ reason: 'body-incomplete', what: 'a line of the framing does not end with CRLF' })
        }
        return { text: this.#takeText(newline - 1, 2), complete: true }
      }
      if (ready === bytesMax) refuse({ reason: 'body-incomplete', what: 'a line of the framing is too long' })
      if (!(await this.#more())) return { text: this.#takeText(this.#end - this.#start, 0), complete: false }
    }
  }

  /** Fills as much of `target` as lies ready, at least one byte; 0 at the end of the body. */
  async copyInto(target: Uint8Array): Promise<number> {
    if (this.#start === this.#end && !(await this.#more())) return 0
    const length = Math.min(target.length, this.#end - this.#start)
    target.set(this.#buffer.subarray(this.#start, this.#start + length))
    this.#start += length
    return length
  }

  async isAtEnd(): Promise<boolean> {
    return this.#start === this.#end && !(await this.#more())
  }

  #takeText(bytes: number, skip: number): string {
    // Framing is ASCII; other bytes become characters that no rule below accepts.
    const text = String.fromCharCode(...this.#buffer.subarray(this.#start, this.#start + bytes))
    this.#start += bytes + skip
    return text
  }

  // Keeps what is left (less than a line) and fills the rest of the buffer. False at the end of the body.
  async #more(): Promise<boolean> {
    const left = this.#end - this.#start
    this.#buffer.copyWithin(0, this.#start, this.#end)
    this.#start = 0
    this.#end = left
    const { length: size } = this.#buffer
    const read = await this.#source.readInto(this.#buffer.subarray(left))
    // A cancelled stream (drained for too long) does not give the buffer back.
    if (read.buffer.byteLength < size) {
      this.#buffer = new Uint8Array(size)
      this.#end = 0
      return false
    }
    this.#buffer = new Uint8Array(read.buffer, 0, size)
    this.#end = left + read.length
    if (read.length > 0) await this.#digests.update(read, { whole: false })
    return read.length > 0
  }
}
