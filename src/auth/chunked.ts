// aws-chunked bodies: framed bytes in, the object's bytes out, every chunk's signature checked before its bytes leave.
//
//   <hex size>[;chunk-signature=<64 hex>] CRLF <bytes> CRLF … 0[;chunk-signature=…] CRLF
//   [<trailing header>:<value> CRLF … [x-amz-trailer-signature:<64 hex> CRLF]] CRLF
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and …/sigv4-streaming-trailers.html
import { roomFor } from './body-source.ts'
import { createDigest } from '../kernels/digest.ts'
import { chunkBytesMin, chunkLineBytesMax, trailersMax } from '../limits.ts'
import { refuse } from './refusal-error.ts'
import { chunkStringToSign, emptySha256, hex, sha256Hex, trailerStringToSign } from './sigv4.ts'
import type { Digest } from '../kernels/digest.ts'
import type { FramedWindow } from './framed-window.ts'
import type { SigningTerms } from './sigv4.ts'
import type { Verifier } from './verifier.ts'

/** What chunk signatures are chained to and made with. */
export interface ChunkSigning {
  verifier: Verifier
  /** yyyyMMdd'T'HHmmss'Z'. */
  timestamp: string
  /** `20130524/us-east-1/s3/aws4_request`. */
  scope: string
  /** The request's own signature. */
  seed: string
  /** For the evidence of a wrong signature. */
  accessKeyId: string
  canonicalRequest: string
}

export interface ChunkedOptions {
  /** x-amz-decoded-content-length. */
  decodedBytes: number
  /** Null when chunks carry no signatures. */
  signing: ChunkSigning | null
  /** Whether trailing headers may follow, and which were announced (lower case). */
  trailer: boolean
  announced: readonly string[]
}

/** Pulls decoded bytes out of a framed body. Throws S3Error at the first thing that is not as it should be. */
export class ChunkedReader {
  /** Trailing headers by lower-case name, once `read` has returned null. */
  readonly trailers = new Map<string, string>()
  readonly #window: FramedWindow
  readonly #options: ChunkedOptions
  #phase: 'header' | 'data' | 'done' = 'header'
  #decoded = 0
  #chunk = { number: 0, size: 0, left: 0, signature: '' }
  // Of a chunk that does not lie in one piece.
  #hash: Digest | null = null
  #previousSignature: string

  constructor(window: FramedWindow, options: ChunkedOptions) {
    this.#window = window
    this.#options = options
    this.#previousSignature = options.signing?.seed ?? ''
  }

  /** Exactly `sizeBytes` decoded bytes, or less at the end; null after it. */
  async read(sizeBytes: number, used?: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#phase === 'done') return null
    const piece = roomFor(Math.min(sizeBytes, this.#options.decodedBytes - this.#decoded), used)
    let filled = 0
    // Where in the piece the bytes of the current chunk begin.
    let chunkStart = 0
    // A full piece leaves at once; the frame after it is read with the next one.
    while (!this.#isDone() && (filled < piece.length || piece.length === 0)) {
      if (this.#phase === 'header') {
        await this.#readChunkHeader()
        chunkStart = filled
        continue
      }
      const copied = await this.#window.copyInto(piece.subarray(filled, filled + this.#chunk.left))
      if (copied === 0) refuse({ reason: 'body-incomplete', what: 'the body ends inside a chunk' })
      filled += copied
      this.#decoded += copied
      this.#chunk.left -= copied
      if (this.#chunk.left === 0) await this.#finishChunk(piece.subarray(chunkStart, filled))
    }
    if (this.#phase === 'data') await this.#hashPartly(piece.subarray(chunkStart, filled))
    if (filled > 0) return filled === piece.length ? piece : piece.subarray(0, filled)
    return null
  }

  // A method, because TypeScript believes that awaited calls leave a narrowed field alone.
  #isDone(): boolean {
    return this.#phase === 'done'
  }

  async #readChunkHeader(): Promise<void> {
    const line = await this.#window.line(chunkLineBytesMax)
    const match = /^([0-9a-fA-F]{1,12})(?:;\s*(.*))?$/.exec(line.text)
    if (!line.complete || match === null) {
      refuse({ reason: 'body-incomplete', what: 'a chunk header is missing or malformed' })
    }
    const size = Number.parseInt(match[1] ?? '', 16)
    const previous = this.#chunk
    if (size > 0 && previous.number > 0 && previous.size < chunkBytesMin) {
      refuse({ reason: 'chunk-too-small', chunk: previous.number, size: previous.size })
    }
    if (size > this.#options.decodedBytes - this.#decoded) {
      refuse({ reason: 'body-incomplete', what: 'more bytes than x-amz-decoded-content-length' })
    }
    this.#chunk = { number: previous.number + 1, size, left: size, signature: this.#chunkSignature(match[2] ?? '') }
    if (size > 0) {
      this.#phase = 'data'
      return
    }
    await this.#checkChunk(emptySha256)
    await this.#finishBody()
  }

  #chunkSignature(extension: string): string {
    const { signing } = this.#options
    if (signing === null) return ''
    const signature = /^chunk-signature=(.*)$/.exec(extension)?.[1] ?? ''
    return (
      withoutPadding(signing, signature) ??
      refuse({ reason: 'body-incomplete', what: 'a chunk header has no signature' })
    )
  }

  // `piece` holds the chunk's bytes, or the last of them when earlier ones went out before.
  async #finishChunk(piece: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#options.signing !== null) {
      if (this.#hash === null) {
        await this.#checkChunk(hex(new Uint8Array(await crypto.subtle.digest('SHA-256', piece))))
      } else {
        await this.#hash.update(piece)
        await this.#checkChunk(hex(await this.#hash.finish()))
        this.#hash = null
      }
    }
    const line = await this.#window.line(2)
    if (line.text !== '' || !line.complete) refuse({ reason: 'body-incomplete', what: 'no line end after a chunk' })
    this.#phase = 'header'
  }

  async #hashPartly(piece: Uint8Array): Promise<void> {
    if (this.#options.signing === null) return
    this.#hash ??= createDigest('SHA256')
    await this.#hash.update(piece)
  }

  async #checkChunk(hash: string): Promise<void> {
    const { signing } = this.#options
    if (signing === null) return
    const { signature } = this.#chunk
    await this.#checkSignature(signing, chunkStringToSign(termsOf(signing), this.#previousSignature, hash), signature)
    this.#previousSignature = signature.toLowerCase()
  }

  async #checkSignature(signing: ChunkSigning, stringToSign: string, provided: string): Promise<void> {
    if (await signing.verifier.matches(stringToSign, provided)) return
    const { accessKeyId, canonicalRequest } = signing
    const hint = 'The request was signed rightly, but not this chunk of its body.'
    refuse({ reason: 'signature-wrong', evidence: { accessKeyId, canonicalRequest, stringToSign, provided, hint } })
  }

  // After the last chunk: trailing headers, the empty line, and nothing else.
  async #finishBody(): Promise<void> {
    if (this.#decoded !== this.#options.decodedBytes) {
      refuse({ reason: 'body-incomplete', what: 'fewer bytes than x-amz-decoded-content-length' })
    }
    let lines = ''
    let emptyLines = 0
    let trailerSignature = ''
    for (;;) {
      const { text, complete } = await this.#window.line(chunkLineBytesMax)
      if (text === '') {
        // Some clients leave out the last line end, some put an empty line before the trailing headers.
        emptyLines += 1
        const missing = this.#options.announced.some((name) => !this.trailers.has(name))
        if (!complete || emptyLines > 1 || !missing) break
        continue
      }
      const [name, value] = this.#parseTrailer(text)
      if (name === 'x-amz-trailer-signature') {
        trailerSignature = value
      } else {
        lines += `${name}:${value}\n`
        this.trailers.set(name, value)
      }
    }
    if (!(await this.#window.isAtEnd())) refuse({ reason: 'body-incomplete', what: 'bytes after the last chunk' })
    await this.#checkTrailers(lines, trailerSignature)
    this.#phase = 'done'
  }

  #parseTrailer(text: string): [name: string, value: string] {
    if (!this.#options.trailer) refuse({ reason: 'body-incomplete', what: 'no empty line after the last chunk' })
    const colon = text.indexOf(':')
    if (colon < 1 || this.trailers.size >= trailersMax) {
      refuse({ reason: 'trailer-malformed', what: 'not a header, or too many of them' })
    }
    return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()]
  }

  async #checkTrailers(lines: string, provided: string): Promise<void> {
    const { announced, signing, trailer } = this.#options
    const same = announced.length === this.trailers.size && announced.every((name) => this.trailers.has(name))
    if (!same) refuse({ reason: 'trailer-malformed', what: 'not the headers that x-amz-trailer announces' })
    if (signing === null || !trailer) return
    if (provided === '') refuse({ reason: 'trailer-malformed', what: 'no x-amz-trailer-signature' })
    const stringToSign = trailerStringToSign(termsOf(signing), this.#previousSignature, sha256Hex(lines))
    await this.#checkSignature(signing, stringToSign, withoutPadding(signing, provided) ?? provided)
  }
}

function termsOf({ verifier, timestamp, scope }: ChunkSigning): SigningTerms {
  return { algorithm: verifier.algorithm, timestamp, scope }
}

function withoutPadding({ verifier }: ChunkSigning, signature: string): string | undefined {
  return verifier.chunkSignature.exec(signature)?.[1]
}
