// Ways to talk to a server: the AWS SDK, single signed requests (signed by Smithy, not by us), and bare sockets.
import { request as httpRequest } from 'node:http'
import type { RequestOptions } from 'node:http'
import { connect } from 'node:net'
import { createHash, createHmac } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Address, Credentials } from './address.ts'

export interface SignedRequest {
  headers?: Record<string, string>
  query?: Record<string, string>
  body?: string | Uint8Array
  /** Default: the root's. */
  credentials?: Credentials
}

export interface Account extends Credentials {
  accountId: string
  client: S3Client
}

export interface Endpoint extends Address {
  port: number
  /** A client in its default configuration but for endpoint, region, path style and the root's key. */
  client(config?: S3ClientConfig): S3Client
  /** A new account with a key of its own. Names may repeat; each call makes another account. */
  account(name: string): Promise<Account>
  /**
   * One request as Smithy signs it. `path` is percent-encoded already and goes out as it is: `/bucket/a%2Fb`, `/b/../c`.
   * A `host` header makes the request virtual-hosted.
   */
  fetchSigned(method: string, path: string, request?: SignedRequest): Promise<Response>
  /** Sends bytes over a new connection and resolves to all that comes back until the server closes or is silent. */
  raw(bytes: string | Uint8Array, options?: { silenceMilliseconds?: number }): Promise<Buffer>
}

const region = 'us-east-1'
let accounts = 0

export function serverAt(address: Address): Endpoint {
  const { url, accessKeyId, secretAccessKey } = address
  const port = Number(new URL(url).port)
  const root = { accessKeyId, secretAccessKey }
  const clientOf = (credentials: Credentials, config: S3ClientConfig = {}) =>
    new S3Client({ endpoint: url, region, forcePathStyle: true, credentials, ...config })
  const endpoint: Endpoint = {
    ...address,
    port,
    client: (config) => clientOf(root, config),
    fetchSigned: (method, path, request = {}) => fetchSigned({ url, root }, method, path, request),
    raw: (bytes, options) => exchange(port, bytes, options?.silenceMilliseconds ?? 1000),
    async account(name) {
      const credentials = newKey()
      const email = `${credentials.accessKeyId.toLowerCase()}@example.com`
      const body = JSON.stringify({ name, email, accessKeys: [credentials] })
      const response = await endpoint.fetchSigned('POST', '/-/admin/accounts', {
        body,
        headers: { 'content-type': 'application/json' },
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`No account was made: ${response.status} ${text}`)
      const { accountId } = JSON.parse(text) as { accountId: string }
      return { ...credentials, accountId, client: clientOf(credentials) }
    },
  }
  return endpoint
}

async function fetchSigned(
  { url, root }: { url: string; root: Credentials },
  method: string,
  path: string,
  { headers = {}, query = {}, body = '', credentials = root }: SignedRequest,
): Promise<Response> {
  const { protocol, hostname, port, host } = new URL(url)
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false })
  const signed = await signer.sign({
    method,
    protocol,
    hostname,
    port: Number(port),
    path,
    query,
    headers: { host, ...lowerCased(headers), 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
    body,
  })
  const search = new URLSearchParams(query).toString().replaceAll('+', '%20')
  const target = `${path}${search === '' ? '' : `?${search}`}`
  return sendRaw({ hostname, port: Number(port), method, path: target, headers: signed.headers }, body)
}

/** `fetch` without fetch's own ideas of paths and of the Host header. */
function sendRaw(options: RequestOptions, body: string | Uint8Array): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(options, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const status = answer.statusCode ?? 0
        const headers = Object.entries(answer.headersDistinct).map(([name, values]) => [
          name,
          (values ?? []).join(', '),
        ])
        const withoutBody = status === 204 || status === 304 || options.method === 'HEAD'
        resolve(
          new Response(withoutBody ? null : Buffer.concat(chunks), { status, headers: Object.fromEntries(headers) }),
        )
      })
    })
    request.on('error', reject)
    const length = Buffer.byteLength(body)
    if (length > 0 || options.method === 'PUT' || options.method === 'POST') request.setHeader('content-length', length)
    request.end(body)
  })
}

/** What Smithy's signer asks of a hash, with and without a key. */
export class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(chunk))
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    throw new Error('Smithy hashes once')
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8')
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function newKey(): Credentials {
  accounts += 1
  const unique = `${Date.now().toString(36)}${accounts}`.toUpperCase()
  return { accessKeyId: `TEST${unique.padStart(16, '0')}`, secretAccessKey: `secret${unique.padStart(34, '0')}` }
}

function exchange(port: number, bytes: string | Uint8Array, silenceMilliseconds: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const finish = () => resolve(Buffer.concat(chunks))
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(silenceMilliseconds, () => {
      socket.destroy()
      finish()
    })
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', finish)
    // A reset after an answer is still an answer.
    socket.on('error', (error) => (chunks.length > 0 ? finish() : reject(error)))
  })
}
