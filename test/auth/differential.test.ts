// Against an independent signer, with random requests; and no changed byte may pass.
import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import { splitUrl } from '../../src/http/raw-url.ts'
import { accessKeyId, authenticated, emptyHash, now, outcome, secret } from './doubles.ts'
import type { RequestParts } from './doubles.ts'

type SourceData = string | ArrayBuffer | ArrayBufferView

class NodeSha256 {
  readonly #hash
  constructor(key?: SourceData) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', toBytes(key))
  }
  update(data: SourceData): void {
    this.#hash.update(toBytes(data))
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest())
  }
  reset(): void {}
}

function toBytes(data: SourceData): Uint8Array {
  if (typeof data === 'string') return new Uint8Array(Buffer.from(data))
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}

const signer = new SignatureV4({
  credentials: { accessKeyId, secretAccessKey: secret },
  region: 'eu-west-3',
  service: 's3',
  sha256: NodeSha256,
  uriEscapePath: false,
})

// Mulberry32: the seed is printed by the test's name.
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const alphabet = [...Array.from('abcXYZ019-._~ !\'()*+,;=:@&$/?#[]%"<>\\^`{|}'), 'ü', '中', '😀', 'e\u0301']
const encode = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

interface Generated {
  method: string
  path: string
  query: Record<string, string | string[]>
  headers: Record<string, string>
}

function generate(next: () => number): Generated {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T
  const text = (max: number) => Array.from({ length: Math.floor(next() * max) }, () => pick(alphabet)).join('')
  const query: Record<string, string | string[]> = {}
  for (let i = 0; i < next() * 4; i++) query[`q${i}${text(4)}`] = next() < 0.2 ? [text(5), text(5)] : text(10)
  const headers: Record<string, string> = { host: pick(['localhost:9000', 'bucket.s3.example.com']) }
  for (let i = 0; i < next() * 3; i++)
    headers[`x-amz-meta-${i}`] = pick(['plain', 'a  b   c', ' x', 'a, b', '"q"  "r"'])
  const key = `/b/${text(20)}`
  return { method: pick(['GET', 'PUT', 'DELETE', 'HEAD']), path: key.split('/').map(encode).join('/'), query, headers }
}

function urlOf({ path, query, headers }: Generated): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encode(name)}=${encode(one)}`),
  )
  return `http://${headers['host']}${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`
}

const common = { protocol: 'http:' as const, hostname: 'unused', body: undefined }

async function signedByHeader(generated: Generated): Promise<RequestParts> {
  const headers = { ...generated.headers, 'x-amz-content-sha256': emptyHash }
  const result = await signer.sign({ ...common, ...generated, headers }, { signingDate: new Date(now) })
  return { method: generated.method, url: urlOf(generated), headers: result.headers }
}

async function signedByQuery(generated: Generated): Promise<RequestParts> {
  const result = await signer.presign(
    { ...common, ...generated, headers: { ...generated.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
    { signingDate: new Date(now), expiresIn: 60, unhoistableHeaders: new Set() },
  )
  const url = urlOf({ ...generated, query: result.query as Generated['query'] })
  return { method: generated.method, url, headers: result.headers }
}

describe('authenticate() against @smithy/signature-v4', () => {
  const seed = 20130524
  it(`takes 300 random requests of seed ${seed}, by header and by query`, async () => {
    const next = random(seed)
    for (let i = 0; i < 300; i++) {
      const generated = generate(next)
      for (const request of [await signedByHeader(generated), await signedByQuery(generated)]) {
        expect(await outcome(authenticated(request)), JSON.stringify(request)).toBe('ok')
      }
    }
  })

  it(`refuses them with one byte changed`, async () => {
    const next = random(seed + 1)
    for (let i = 0; i < 150; i++) {
      const request = await signedByHeader(generate(next))
      const headers = { ...request.headers }
      const place = Math.floor(next() * 3)
      const change = (text: string, from: number) => {
        const at = from + Math.floor(next() * (text.length - from))
        return text.slice(0, at) + (text[at] === 'z' ? 'y' : 'z') + text.slice(at + 1)
      }
      let url = request.url ?? ''
      let method = request.method ?? ''
      if (place === 0) url = change(url, splitUrl(url).origin.length + 1)
      if (place === 1) headers['host'] = change(headers['host'] ?? '', 0)
      if (place === 2) method = `${method}z`
      const result = await outcome(authenticated({ method, url, headers }))
      expect(result, JSON.stringify({ request, url, headers })).not.toBe('ok')
    }
  })
})
