// The one implementation of VerifiedBody: a request's bytes, decoded, digested on the way and verified at the end.
import { assert } from '../assert.ts'
import { digestOnce } from '../kernels/digest.ts'
import { chunkLineBytesMax, chunkWindowBytes, pieceBytes } from '../limits.ts'
import { BodySource } from './body-source.ts'
import { isChecksumValue, parseExpectations } from './checksum-headers.ts'
import { ChunkedReader } from './chunked.ts'
import { DigestSet } from './digest-set.ts'
import { FramedWindow } from './framed-window.ts'
import { refuse } from './refusal-error.ts'
import { hex } from './sigv4.ts'
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import type { ByteSource } from './body-source.ts'
import type { BodyDigests, DigestsWanted, VerifiedBody } from './body.ts'
import type { Expectations, ExpectedChecksum } from './checksum-headers.ts'
import type { ChunkSigning } from './chunked.ts'
import type { Payload } from './payload.ts'
import type { Refusal } from './refusal.ts'

/** How the request describes its body. */
export interface BodyDescription {
  method: string
  headers: Headers
  payload: Payload
  /** For signed chunks. */
  signing: ChunkSigning | null
  /** Query parameters of a presigned URL by lower-case name; empty otherwise. */
  hoisted: ReadonlyMap<string, string>
  /** False for CompleteMultipartUpload, whose checksum headers are the object's. */
  checksumsDescribeBody: boolean
}

/** How the bytes lie on the wire. */
interface Framing {
  chunked: boolean
  trailer: boolean
  /** Of the framed body; null when it is not told. */
  contentBytes: number | null
  /** Of the decoded body; null when it is not told. */
  length: number | null
}

export class RequestBody implements VerifiedBody {
  readonly length: number | null
  readonly #description: BodyDescription
  readonly #framing: Framing
  readonly #source: ByteSource
  // Client's bytes that were hashed with their framing on.
  readonly #framedDigests: DigestSet
  readonly #hasStream: boolean
  #expectations: Expectations | Refusal | null = null
  #failure: Error | null = null
  #wanted: DigestsWanted = { md5: false, fallback: null }
  #reading: { chunks: ChunkedReader | null; digests: DigestSet } | null = null
  #received = 0
  #ended = false

  /** Throws S3Error when the lengths are missing or no numbers; every other check waits until the body is used. */
  constructor(source: ReadableStream<Uint8Array> | ByteSource | null, description: BodyDescription) {
    this.#description = description
    this.#framing = framingOf(description)
    this.length = source === null ? 0 : this.#framing.length
    this.#hasStream = source !== null
    this.#source = source === null || source instanceof ReadableStream ? new BodySource(source) : source
    const hashesFrames = this.#framing.chunked && description.payload.kind === 'hashed'
    this.#framedDigests = new DigestSet(hashesFrames ? ['SHA256'] : [])
  }

  get algorithm(): ChecksumAlgorithm | null {
    const parsed = this.#parsed()
    return 'reason' in parsed ? null : (parsed.checksum?.algorithm ?? null)
  }

  want(digests: DigestsWanted): void {
    assert(this.#reading === null, 'Digests are chosen before the first read')
    this.#wanted = digests
    const { method, headers } = this.#description
    // HTTP/1.1 without either header has no body at all (RFC 9112 section 6.3): the client forgot to say how long.
    const told = this.#hasStream || headers.has('content-length') || headers.has('transfer-encoding')
    if (method === 'PUT' && !told) refuse({ reason: 'length-missing' })
    this.#expected()
  }

  async read(sizeBytes: number, used?: Uint8Array): Promise<Uint8Array | null> {
    assert(sizeBytes > 0, 'A read asks for at least one byte')
    // A body that failed once never verifies.
    if (this.#failure !== null) throw this.#failure
    try {
      return await this.#read(sizeBytes, used)
    } catch (error) {
      if (error instanceof Error) this.#failure = error
      throw error
    }
  }

  async #read(sizeBytes: number, used: Uint8Array | undefined): Promise<Uint8Array | null> {
    const { chunks, digests } = this.#started()
    if (this.#ended) return null
    const { length } = this
    const wanted = length === null ? sizeBytes : Math.min(sizeBytes, length - this.#received)
    const piece = chunks === null ? await this.#readPlain(wanted, used) : await chunks.read(sizeBytes, used)
    if (piece === null) {
      this.#ended = true
      return null
    }
    const whole = this.#received === 0 && piece.length === length
    this.#received += piece.length
    await digests.update(piece, { whole })
    return piece
  }

  async verify(): Promise<BodyDigests> {
    const expected = this.#expected()
    const { chunks, digests } = this.#started()
    while ((await this.read(pieceBytes)) !== null);
    const results = await digests.finish()
    const framed = await this.#framedDigests.finish()
    this.#checkPayloadHash(framed.get('SHA256') ?? results.get('SHA256'))

    const md5 = results.get('MD5')
    if (expected.md5 !== null && md5 !== undefined && base64(md5) !== expected.md5) {
      refuse({ reason: 'md5-mismatch', client: expected.md5, computed: base64(md5) })
    }
    if (expected.checksum !== null) await this.#checkChecksum(expected.checksum, results, chunks)
    const algorithm = expected.checksum?.algorithm ?? this.#wanted.fallback
    const value = algorithm === null ? undefined : results.get(algorithm)
    return {
      size: this.#received,
      md5: this.#wanted.md5 && md5 !== undefined ? hex(md5) : '',
      checksum: algorithm === null || value === undefined ? null : { algorithm, value: base64(value) },
    }
  }

  /**
   * Reads and drops the rest of the request, so that the client sees the answer and not a reset. Gives up after so
   * many bytes or milliseconds. Never throws.
   */
  drain(limitBytes: number, limitMilliseconds: number): Promise<void> {
    return this.#source.drain(limitBytes, limitMilliseconds)
  }

  #expected(): Expectations {
    const parsed = this.#parsed()
    return 'reason' in parsed ? refuse(parsed) : parsed
  }

  // Most requests have no body: their headers are not looked through.
  #parsed(): Expectations | Refusal {
    this.#expectations ??= parseExpectations({
      headers: this.#description.headers,
      hoisted: this.#description.hoisted,
      trailer: this.#framing.trailer,
      describesBody: this.#description.checksumsDescribeBody,
    })
    return this.#expectations
  }

  #started(): { chunks: ChunkedReader | null; digests: DigestSet } {
    this.#reading ??= { chunks: this.#chunkedReader(), digests: this.#digestSet() }
    return this.#reading
  }

  #digestSet(): DigestSet {
    const algorithms = this.#algorithms()
    return new DigestSet(algorithms, this.#wanted.begin?.(algorithms))
  }

  #algorithms(): Set<ChecksumAlgorithm> {
    const { md5, checksum } = this.#expected()
    const algorithms = new Set<ChecksumAlgorithm>()
    if (this.#wanted.md5 || md5 !== null) algorithms.add('MD5')
    const algorithm = checksum?.algorithm ?? this.#wanted.fallback
    if (algorithm !== null) algorithms.add(algorithm)
    if (this.#description.payload.kind === 'hashed' && !this.#framing.chunked) algorithms.add('SHA256')
    return algorithms
  }

  #chunkedReader(): ChunkedReader | null {
    const { chunked, trailer, contentBytes, length } = this.#framing
    if (!chunked || length === null) return null
    assert(this.#source instanceof BodySource, 'Only the body of a request is framed')
    const windowBytes = Math.min(Math.max(contentBytes ?? chunkWindowBytes, 2 * chunkLineBytesMax), chunkWindowBytes)
    return new ChunkedReader(new FramedWindow(this.#source, windowBytes, this.#framedDigests), {
      decodedBytes: length,
      signing: this.#description.signing,
      trailer,
      announced: this.#expected().trailers,
    })
  }

  async #readPlain(wanted: number, used: Uint8Array | undefined): Promise<Uint8Array | null> {
    // HTTP gives no byte beyond Content-Length: at the end there is nothing to look for.
    if (wanted === 0) return null
    const piece = await this.#source.read(wanted, used)
    const { length } = this
    if (length !== null && (piece?.length ?? 0) < wanted) {
      refuse({ reason: 'body-incomplete', what: 'fewer bytes than content-length' })
    }
    return piece
  }

  #checkPayloadHash(sha256: Uint8Array | undefined): void {
    const { payload } = this.#description
    if (payload.kind !== 'hashed' || sha256 === undefined) return
    const computed = hex(sha256)
    if (computed !== payload.sha256) refuse({ reason: 'payload-mismatch', client: payload.sha256, computed })
  }

  async #checkChecksum(
    expected: ExpectedChecksum,
    results: ReadonlyMap<ChecksumAlgorithm, Uint8Array>,
    chunks: ChunkedReader | null,
  ): Promise<void> {
    const { algorithm } = expected
    const header = `x-amz-checksum-${algorithm.toLowerCase()}`
    const value = expected.value ?? chunks?.trailers.get(header)
    if (value === undefined || !isChecksumValue(algorithm, value)) {
      refuse({ reason: 'checksum-invalid', header, trailing: true })
    }
    const computed = results.get(algorithm)
    if (computed !== undefined && base64(computed) === value) return
    // SDKs that presign an upload put the checksum of the empty body they have in hand into the URL.
    const ofNothing = expected.hoisted && this.#received > 0 && (await checksumOfNothing(algorithm)) === value
    if (!ofNothing) refuse({ reason: 'checksum-mismatch', algorithm })
  }
}

function framingOf({ headers, payload }: BodyDescription): Framing {
  const contentBytes = lengthHeader(headers, 'content-length')
  const decodedBytes = lengthHeader(headers, 'x-amz-decoded-content-length')
  if (payload.kind === 'chunked') {
    if (decodedBytes === null) refuse({ reason: 'length-missing' })
    return { chunked: true, trailer: payload.trailer, contentBytes, length: decodedBytes }
  }
  // The coding without a STREAMING-… name. A framed body always tells its decoded length; the token alone is only
  // a Content-Encoding that some client stores.
  const encodings = headers.get('content-encoding')?.toLowerCase().split(',') ?? []
  if (decodedBytes !== null && encodings.some((encoding) => encoding.trim() === 'aws-chunked')) {
    return { chunked: true, trailer: true, contentBytes, length: decodedBytes }
  }
  return { chunked: false, trailer: false, contentBytes, length: contentBytes }
}

function lengthHeader(headers: Headers, name: string): number | null {
  const value = headers.get(name)
  if (value === null) return null
  const length = /^\d{1,15}$/.test(value.trim()) ? Number(value) : -1
  return length >= 0 ? length : refuse({ reason: 'length-invalid', header: name, value })
}

async function checksumOfNothing(algorithm: ChecksumAlgorithm): Promise<string> {
  return base64(await digestOnce(algorithm, new Uint8Array(0)))
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
