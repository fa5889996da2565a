// Request heads signed with SigV4, cheap enough to make thousands before a slice of time begins. The signing key is
// made once a day. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
import { createHash, createHmac } from 'node:crypto'
import type { Credentials } from '../support/address.ts'

export interface HeadToSign {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Percent-encoded. */
  path: string
  query?: Record<string, string>
  /** Bytes of the body. */
  length?: number
  /** Sent unsigned. */
  headers?: Record<string, string>
}

const region = 'us-east-1'
const payload = 'UNSIGNED-PAYLOAD'

export class Signer {
  readonly #credentials: Credentials
  readonly #host: string
  #day = ''
  #key: Buffer = Buffer.alloc(0)

  constructor(credentials: Credentials, host: string) {
    this.#credentials = credentials
    this.#host = host
  }

  /** Request line and headers, the empty line included. */
  head({ method, path, query = {}, length = 0, headers = {} }: HeadToSign): Buffer {
    const timestamp = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
    const day = timestamp.slice(0, 8)
    const search = canonicalQuery(query)
    const signedHeaders = 'host;x-amz-content-sha256;x-amz-date'
    const canonicalHeaders = `host:${this.#host}\nx-amz-content-sha256:${payload}\nx-amz-date:${timestamp}\n`
    const canonical = [method, path, search, canonicalHeaders, signedHeaders, payload].join('\n')
    const scope = `${day}/${region}/s3/aws4_request`
    const hash = createHash('sha256').update(canonical).digest('hex')
    const toSign = ['AWS4-HMAC-SHA256', timestamp, scope, hash].join('\n')
    const signature = hmac(this.#signingKey(day), toSign).toString('hex')
    const credential = `${this.#credentials.accessKeyId}/${scope}`
    const sent = {
      host: this.#host,
      ...(method === 'PUT' || method === 'POST' ? { 'content-length': String(length) } : {}),
      'x-amz-content-sha256': payload,
      'x-amz-date': timestamp,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
      ...headers,
    }
    return requestHead(method, search === '' ? path : `${path}?${search}`, sent)
  }

  #signingKey(day: string): Buffer {
    if (day === this.#day) return this.#key
    const first = hmac(Buffer.from(`AWS4${this.#credentials.secretAccessKey}`), day)
    this.#key = [region, 's3', 'aws4_request'].reduce(hmac, first)
    this.#day = day
    return this.#key
  }
}

export function requestHead(method: string, target: string, headers: Record<string, string>): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
}

function canonicalQuery(query: Record<string, string>): string {
  const pairs = Object.entries(query)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  return pairs.join('&')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
