// Requests, streams and framings for the tests of this folder.
import { accountPrincipal } from '../../src/iam/principal.ts'
import { createHash, createHmac } from 'node:crypto'
import { authenticate } from '../../src/auth/authenticate.ts'
import type { AuthRequest, Authenticated } from '../../src/auth/authenticate.ts'
import type { AccessKey } from '../../src/auth/identity.ts'
import { S3Error } from '../../src/errors.ts'

// The credentials of AWS's worked examples.
export const accessKeyId = 'AKIAIOSFODNN7EXAMPLE'
export const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
export const timestamp = '20130524T000000Z'
export const now = Date.UTC(2013, 4, 24)
export const scope = '20130524/us-east-1/s3/aws4_request'
export const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

export const accessKey: AccessKey = {
  secret,
  previousSecret: null,
  disabled: false,
  identity: {
    kind: 'account',
    accountId: '123456789012',
    canonicalId: '0'.repeat(64),
    displayName: 'example',
    accessKeyId,
    isRoot: false,
    principal: accountPrincipal('123456789012'),
    session: null,
  },
}

export type RequestParts = Partial<Omit<AuthRequest, 'headers' | 'body'>> & {
  headers?: Record<string, string>
  body?: ReadableStream<Uint8Array> | null
}

export function authRequest(parts: RequestParts): AuthRequest {
  return {
    method: 'GET',
    url: 'http://examplebucket.s3.amazonaws.com/',
    body: null,
    clientAcceptEncoding: null,
    now,
    ...parts,
    headers: new Headers(parts.headers),
  }
}

export function authenticated(parts: RequestParts, key: AccessKey | null = accessKey): Promise<Authenticated> {
  return authenticate(authRequest(parts), async (id, token) => {
    if (token !== null) return 'token-invalid'
    return id === accessKeyId ? key : null
  })
}

/** What became of it: code, status, message and fields of the S3Error, or 'ok'. */
export async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
    return 'ok'
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    return { code: error.code, status: error.status, message: error.message, ...error.fields }
  }
}

interface ByteController {
  enqueue(piece: Uint8Array): void
  close(): void
  error(reason: unknown): void
  byobRequest?: { respond(bytes: number): void } | null
}

/** A byte stream, as a request's body is one. */
export function byteStream(pull: (controller: ByteController) => void | Promise<void>): ReadableStream<Uint8Array> {
  const source = { type: 'bytes', pull }
  // Node's streams, described by the Workers types.
  return new ReadableStream(source as unknown as UnderlyingByteSource)
}

/** A byte stream of the pieces. */
export function streamOf(...pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  const queue = pieces.filter((piece) => piece.length > 0)
  return byteStream((controller) => {
    const piece = queue.shift()
    if (piece === undefined) {
      controller.close()
      controller.byobRequest?.respond(0)
    } else {
      controller.enqueue(piece.slice())
    }
  })
}

export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex')
}

export function base64Digest(algorithm: string, data: Uint8Array | string): string {
  return createHash(algorithm).update(data).digest('base64')
}

/** An independent derivation with node:crypto. */
export function signWith(toSign: string, key = secret, credentialScope = scope): string {
  let derived = Buffer.from(`AWS4${key}`)
  for (const step of credentialScope.split('/')) derived = createHmac('sha256', derived).update(step).digest()
  return createHmac('sha256', derived).update(toSign).digest('hex')
}

/** Authorization for headers that all are signed, by an independent and simpler canonicalisation. */
export function authorizationFor(parts: RequestParts & { headers: Record<string, string> }): string {
  const url = new URL(parts.url ?? 'http://examplebucket.s3.amazonaws.com/')
  const headers: Record<string, string> = { host: url.host, ...parts.headers }
  const names = Object.keys(headers).sort()
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
  const query = url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '')
    .sort()
    .join('&')
  const hash = headers['x-amz-content-sha256'] ?? ''
  const canonical = [parts.method ?? 'GET', url.pathname, query, lines, names.join(';'), hash].join('\n')
  const signature = signWith(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`)
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
}

/** A request signed by the header, `x-amz-date` and `x-amz-content-sha256` filled in. */
export function signed(parts: RequestParts): RequestParts & { headers: Record<string, string> } {
  const headers: Record<string, string> = {
    'x-amz-date': timestamp,
    'x-amz-content-sha256': emptyHash,
    ...parts.headers,
  }
  const authorization = authorizationFor({ ...parts, headers })
  const host = new URL(parts.url ?? 'http://examplebucket.s3.amazonaws.com/').host
  return { ...parts, headers: { host, ...headers, authorization } }
}

export interface FramingOptions {
  /** The request's signature; absent for unsigned chunks. */
  seed?: string
  chunkBytes?: number
  /** `name:value`. */
  trailers?: string[]
}

/** An aws-chunked body. */
export function framed(data: Uint8Array, options: FramingOptions = {}): Uint8Array {
  const chunkBytes = options.chunkBytes ?? 8192
  const parts: Uint8Array[] = []
  let previous = options.seed ?? ''
  for (let at = 0; ; at += chunkBytes) {
    const chunk = data.subarray(at, at + chunkBytes)
    let header = chunk.length.toString(16)
    if (options.seed !== undefined) {
      previous = signWith(
        `AWS4-HMAC-SHA256-PAYLOAD\n${timestamp}\n${scope}\n${previous}\n${emptyHash}\n${sha256(chunk)}`,
      )
      header += `;chunk-signature=${previous}`
    }
    parts.push(bytes(`${header}\r\n`))
    if (chunk.length === 0) break
    parts.push(chunk, bytes('\r\n'))
  }
  for (const trailer of options.trailers ?? []) parts.push(bytes(`${trailer}\r\n`))
  if (options.seed !== undefined && options.trailers !== undefined) {
    const hash = sha256(options.trailers.map((trailer) => `${trailer}\n`).join(''))
    const signature = signWith(`AWS4-HMAC-SHA256-TRAILER\n${timestamp}\n${scope}\n${previous}\n${hash}`)
    parts.push(bytes(`x-amz-trailer-signature:${signature}\r\n`))
  }
  parts.push(bytes('\r\n'))
  return new Uint8Array(Buffer.concat(parts))
}

/** The signature in a signed request's Authorization header: the seed of its chunks. */
export function seedOf(parts: { headers: Record<string, string> }): string {
  return parts.headers['authorization']?.slice(-64) ?? ''
}
