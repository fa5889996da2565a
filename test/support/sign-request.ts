// Requests no SDK would make, signed: any payload mode, any framing. The signature itself is Smithy's, the chunk
// signatures are made here as AWS's pages say.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and …/sigv4-streaming-trailers.html
import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Address, Credentials } from './address.ts'
import { Sha256 } from './endpoint.ts'

export interface RequestToSign {
  method: string
  /** As it goes out: percent-encoded, without the query. */
  path: string
  query?: Record<string, string>
  /** All of them are signed. A `host` makes the request virtual-hosted. */
  headers?: Record<string, string>
  /** Sent after signing. */
  unsignedHeaders?: Record<string, string>
  /** x-amz-content-sha256. Default UNSIGNED-PAYLOAD. */
  payload?: string
  /** Default: the root's. */
  credentials?: Credentials
  date?: Date
}

/** What chunk signatures are chained to. */
export interface ChunkSigning {
  key: Buffer
  timestamp: string
  scope: string
  /** Of the request, hex. */
  seed: string
}

export interface SignedHead {
  /** Request line and headers, the empty line included. */
  head: string
  signing: ChunkSigning
}

const region = 'us-east-1'

export async function signRequest(address: Address, request: RequestToSign): Promise<SignedHead> {
  const { hostname, port, host } = new URL(address.url)
  const { method, path, query = {}, headers = {}, payload = 'UNSIGNED-PAYLOAD', date = new Date() } = request
  const credentials = request.credentials ?? address
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false })
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname,
      port: Number(port),
      path,
      query,
      headers: { host, ...headers, 'x-amz-content-sha256': payload },
    },
    { signingDate: date },
  )
  const search = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  )
  const target = search.length === 0 ? path : `${path}?${search.join('&')}`
  const sent = Object.entries({ ...signed.headers, ...request.unsignedHeaders })
  const lines = sent.map(([name, value]) => `${name}: ${value}\r\n`)
  const timestamp = signed.headers['x-amz-date'] ?? ''
  const day = timestamp.slice(0, 8)
  return {
    head: `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`,
    signing: {
      key: signingKey(credentials.secretAccessKey, day),
      timestamp,
      scope: `${day}/${region}/s3/aws4_request`,
      seed: /Signature=([0-9a-f]{64})/.exec(signed.headers['authorization'] ?? '')?.[1] ?? '',
    },
  }
}

function signingKey(secret: string, day: string): Buffer {
  return ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(Buffer.from(`AWS4${secret}`), day), region))
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export interface Framing {
  /** Null: chunks without signatures. */
  signing: ChunkSigning | null
  /** Trailing headers, with a signature after them when chunks have one. Undefined: none at all, as without -TRAILER. */
  trailers?: Record<string, string>
}

/** An aws-chunked body: each element is a chunk; the last, empty one is added. */
export function frameChunks(chunks: Uint8Array[], { signing, trailers }: Framing): Buffer {
  let previous = signing?.seed ?? ''
  const frames = [...chunks, new Uint8Array(0)].map((chunk) => {
    let extension = ''
    if (signing !== null) {
      previous = chunkSignature(signing, previous, chunk)
      extension = `;chunk-signature=${previous}`
    }
    const isLast = chunk.length === 0
    return Buffer.concat([Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk, crlf(!isLast)])
  })
  return Buffer.concat([...frames, Buffer.from(trailerText(trailers, signing, previous))])
}

function crlf(isThere: boolean): Buffer {
  return Buffer.from(isThere ? '\r\n' : '')
}

function trailerText(trailers: Record<string, string> | undefined, signing: ChunkSigning | null, previous: string) {
  const entries = Object.entries(trailers ?? {})
  const lines = entries.map(([name, value]) => `${name}:${value}\r\n`).join('')
  if (signing === null || trailers === undefined) return `${lines}\r\n`
  const hash = sha256(entries.map(([name, value]) => `${name}:${value}\n`).join(''))
  const toSign = ['AWS4-HMAC-SHA256-TRAILER', signing.timestamp, signing.scope, previous, hash].join('\n')
  return `${lines}x-amz-trailer-signature:${hmac(signing.key, toSign).toString('hex')}\r\n\r\n`
}

function chunkSignature({ key, timestamp, scope }: ChunkSigning, previous: string, chunk: Uint8Array): string {
  const toSign = ['AWS4-HMAC-SHA256-PAYLOAD', timestamp, scope, previous, sha256(''), sha256(chunk)].join('\n')
  return hmac(key, toSign).toString('hex')
}
