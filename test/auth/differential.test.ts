// Against an independent signer and our own, with random requests; and no changed byte may pass.
import { createHash, createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import { uploadForm } from '../support/form-body.ts'
import {
  accessKeyId,
  authenticated,
  bytes,
  emptyHash,
  framed,
  now,
  outcome,
  secret,
  seedOf,
  signed,
  streamOf,
} from './doubles.ts'
import { conditions, post } from './form-post.ts'
import { changed, encode, generate, random, urlOf, withOther } from './requests.ts'
import { framedV4a, policyFields, presignedV2, presignedV4a, signedV2, signedV4a } from './signers.ts'
import type { RequestParts } from './doubles.ts'
import type { Generated } from './requests.ts'
import type { Signed, ToSign } from './signers.ts'

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

const common = { protocol: 'http:' as const, hostname: 'unused', body: undefined }

async function signedByHeader(generated: Generated): Promise<Signed> {
  const headers = { ...generated.headers, 'x-amz-content-sha256': emptyHash }
  const result = await signer.sign({ ...common, ...generated, headers }, { signingDate: new Date(now) })
  return { method: generated.method, url: urlOf(generated), headers: result.headers }
}

async function signedByQuery(generated: Generated): Promise<Signed> {
  const result = await signer.presign(
    { ...common, ...generated, headers: { ...generated.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
    { signingDate: new Date(now), expiresIn: 60, unhoistableHeaders: new Set() },
  )
  const url = urlOf({ ...generated, query: result.query as Generated['query'] })
  return { method: generated.method, url, headers: result.headers }
}

/** A random request for signers that know no repeated parameters and only sub-resources. */
function toSign(next: () => number): ToSign {
  const { method, path, headers } = generate(next)
  const { host, ...rest } = headers
  const url = `http://${host}${path}${next() < 0.5 ? '' : `?versionId=${encode('a +/%ü')}&acl`}`
  const trimmed = Object.entries(rest).map(([name, value]) => [name, value.trim().replaceAll(/ +/g, ' ')])
  return { method, url, headers: Object.fromEntries(trimmed) }
}

const ways: [name: string, sign: (next: () => number) => Promise<Signed>, unsigned: string[]][] = [
  ['Version 4 in the header, by @smithy/signature-v4', (next) => signedByHeader(generate(next)), []],
  ['Version 4 in the query, by @smithy/signature-v4', (next) => signedByQuery(generate(next)), []],
  // What it signs of the host is the bucket in it.
  ['Version 2 in the header', async (next) => signedV2(toSign(next)), ['host']],
  ['Version 2 in the query', async (next) => presignedV2(toSign(next)), ['host']],
  ['Version 4A in the header', async (next) => signedV4a(toSign(next)), []],
  ['Version 4A in the query', async (next) => presignedV4a({ url: toSign(next).url.split('?')[0] ?? '' }), []],
]

/** As its key: not even a request without any claim is. */
async function isLetIn(request: RequestParts): Promise<boolean> {
  let kind = ''
  await outcome(authenticated(request).then(({ identity }) => (kind = identity.kind)))
  return kind === 'account'
}

describe.each(ways)('authenticate() and %s', (name, sign, unsigned) => {
  const seed = 20130524
  const isSlow = name.includes('4A')
  it(`takes ${isSlow ? 60 : 300} random requests of seed ${seed}`, async () => {
    const next = random(seed)
    for (let i = 0; i < (isSlow ? 60 : 300); i++) {
      const request = await sign(next)
      expect(await isLetIn(request), JSON.stringify(request)).toBe(true)
    }
  })

  it(`refuses them with any byte changed, of seed ${seed + 1}`, async () => {
    const next = random(seed + 1)
    let count = 0
    for (let i = 0; i < (isSlow ? 3 : 12); i++) {
      const request = await sign(next)
      for (const [what, other] of changed(request, unsigned)) {
        count += 1
        expect(await isLetIn(other), `${what}: ${JSON.stringify(other)}`).toBe(false)
      }
    }
    expect(count).toBeGreaterThan(500)
  })
})

describe('a body of signed chunks', () => {
  const content = 'some bytes'
  const url = 'http://examplebucket.s3.amazonaws.com/key'
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(content))
  const trailer = `x-amz-checksum-crc32:${sum.toString('base64')}`
  const headersOf = (payload: string) => ({
    'x-amz-content-sha256': `${payload}-TRAILER`,
    'x-amz-decoded-content-length': String(content.length),
    'x-amz-trailer': 'x-amz-checksum-crc32',
  })
  const v4 = signed({ method: 'PUT', url, headers: headersOf('STREAMING-AWS4-HMAC-SHA256-PAYLOAD') })
  const v4a = signedV4a({ method: 'PUT', url, headers: headersOf('STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD') })
  const seedOfV4a = /Signature=(\w+)$/.exec(v4a.headers['authorization'] ?? '')?.[1] ?? ''
  it.each([
    ['of Version 4', v4, framed(bytes(content), { seed: seedOf(v4), trailers: [trailer] })],
    ['of Version 4A', v4a, framedV4a(bytes(content), seedOfV4a, [trailer])],
  ])('%s verifies, and with any byte changed it does not', async (_name, request, body) => {
    const upload = async (sent: Uint8Array) => {
      const found = await authenticated({ ...request, body: streamOf(sent) })
      return (await found.body.verify()).checksum?.value
    }
    expect(await upload(body)).toBe(sum.toString('base64'))
    const text = Buffer.from(body).toString('latin1')
    // The last line end may be missing.
    for (let at = 0; at < text.length - 2; at++) {
      const result = await outcome(upload(bytes(withOther(text, at))))
      expect(result, `at ${at}`).not.toBe('ok')
    }
  })
})

describe.each([2, 4] as const)('a form of Version %d', (version) => {
  it('is refused with any byte of its signed fields changed', async () => {
    const fields = { key: 'user/a.txt', acl: 'private', 'Content-Type': 'text/plain', 'x-amz-meta-a': 'Some text' }
    const { 'X-Amz-Date': date, 'X-Amz-Credential': credential, 'X-Amz-Algorithm': algorithm } = policyFields('', 4)
    const auth = { 'x-amz-date': date, 'x-amz-credential': credential, 'x-amz-algorithm': algorithm }
    const exact = Object.entries({ ...fields, ...(version === 4 && auth) }).map(([name, value]) => ({ [name]: value }))
    const all: Record<string, string> = {
      ...fields,
      ...policyFields(
        {
          expiration: '2013-05-24T01:00:00Z',
          conditions: [...conditions, ...exact],
        },
        version,
      ),
    }
    expect(await post({ body: uploadForm(all, 'x') })).toMatchObject({ kind: 'account' })
    for (const [name, value] of Object.entries(all)) {
      for (let at = 0; at < value.length; at++) {
        const found = await post({ body: uploadForm({ ...all, [name]: withOther(value, at) }, 'x') })
        expect(found, `${name} at ${at}`).toHaveProperty('code')
      }
      const { [name]: _, ...rest } = all
      expect(await post({ body: uploadForm(rest, 'x') }), `without ${name}`).toHaveProperty('code')
      expect(await post({ body: uploadForm({ ...rest, [`${name}z`]: value }, 'x') })).toHaveProperty('code')
    }
  })
})
