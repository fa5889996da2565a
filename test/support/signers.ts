// Our own signers of Signature Version 2 and 4A and of form policies, by node:crypto and by AWS's pages: simpler than the
// code under test and sharing none of it.
import { createECDH, createHash, createHmac, createPrivateKey, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Credentials } from './address.ts'

/** Who signs, and when: milliseconds since 1970. */
export interface Signer extends Credentials {
  now: number
}

export interface Signed {
  method: string
  url: string
  headers: Record<string, string>
}

/** What is signed: a whole request, whose bucket may stand in its host. */
export interface ToSign {
  method?: string
  url: string
  headers?: Record<string, string>
  hostBucket?: string
}

const host = (url: string) => new URL(url).host

/** yyyyMMdd'T'HHmmss'Z'. */
function timestampOf({ now }: Signer): string {
  return `${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}

/** Of Signature Version 4A: without a region. */
export function scopeV4aOf(by: Signer): string {
  return `${timestampOf(by).slice(0, 8)}/s3/aws4_request`
}

/** As it stands in the URL: `URL` would resolve dot segments. */
function pathOf(url: string): string {
  return /^\w+:\/\/[^/]+([^?]*)/.exec(url)?.[1] ?? ''
}

/** Sub-resources in the tests' requests. */
const inResource = ['acl', 'partNumber', 'uploadId', 'uploads', 'versionId', 'tagging', 'response-content-type']

export function toSignV2({ method = 'GET', url, headers = {}, hostBucket }: ToSign, date: string): string {
  const { searchParams } = new URL(url)
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
  const get = (name: string) => lower.find(([other]) => other === name)?.[1] ?? ''
  const amz = lower.filter(([name]) => name.startsWith('x-amz-')).sort(([a], [b]) => (a < b ? -1 : 1))
  const query = inResource.filter((name) => searchParams.has(name)).sort()
  const pairs = query.map((name) => (searchParams.get(name) === '' ? name : `${name}=${searchParams.get(name)}`))
  return [
    method,
    get('content-md5'),
    get('content-type'),
    date,
    ...amz.map(([name, value]) => `${name}:${value}`),
    `${hostBucket === undefined ? '' : `/${hostBucket}`}${pathOf(url)}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`,
  ].join('\n')
}

export function hmacSha1(toSign: string, secret: string): string {
  return createHmac('sha1', secret).update(toSign).digest('base64')
}

/** By the header: dated by Date, or by x-amz-date where that is among the headers. */
export function signedV2(request: ToSign, by: Signer): Signed {
  const dated = request.headers?.['x-amz-date'] !== undefined
  const date = new Date(by.now).toUTCString()
  const headers = { host: host(request.url), ...(dated ? {} : { date }), ...request.headers }
  const signature = hmacSha1(toSignV2(request, dated ? '' : date), by.secretAccessKey)
  const authorization = `AWS ${by.accessKeyId}:${signature}`
  return { method: 'GET', ...request, headers: { ...headers, authorization } }
}

/** By the query, until so many seconds from now. */
export function presignedV2(request: ToSign, by: Signer, seconds = 60): Signed {
  const expires = String(Math.floor(by.now / 1000) + seconds)
  const signature = encodeURIComponent(hmacSha1(toSignV2(request, expires), by.secretAccessKey))
  const start = request.url.includes('?') ? '&' : '?'
  const url = `${request.url}${start}AWSAccessKeyId=${by.accessKeyId}&Expires=${expires}&Signature=${signature}`
  return { method: 'GET', ...request, url, headers: { host: host(request.url), ...request.headers } }
}

/** AWS's derivation of a key pair from a secret. */
export function privateKeyV4a({ accessKeyId, secretAccessKey }: Credentials): KeyObject {
  const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
  for (let counter = 1; ; counter++) {
    const input = Buffer.concat([
      Buffer.from([0, 0, 0, 1]),
      Buffer.from('AWS4-ECDSA-P256-SHA256'),
      Buffer.from([0]),
      Buffer.from(accessKeyId),
      Buffer.from([counter]),
      Buffer.from([0, 0, 1, 0]),
    ])
    const candidate = BigInt(`0x${createHmac('sha256', `AWS4A${secretAccessKey}`).update(input).digest('hex')}`)
    if (candidate > order - 2n) continue
    const d = Buffer.from((candidate + 1n).toString(16).padStart(64, '0'), 'hex')
    const pair = createECDH('prime256v1')
    pair.setPrivateKey(d)
    const point = pair.getPublicKey()
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
    return createPrivateKey({
      format: 'jwk',
      key: { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), ...(x !== undefined && { x }), ...(y && { y }) },
    })
  }
}

/** DER in hex. */
function signV4a(toSign: string, by: Signer): string {
  return sign('sha256', Buffer.from(toSign), privateKeyV4a(by)).toString('hex')
}

function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

function toSignV4a(canonical: string, by: Signer): string {
  return `AWS4-ECDSA-P256-SHA256\n${timestampOf(by)}\n${scopeV4aOf(by)}\n${sha256(canonical)}`
}

/** By the header, all headers signed; `x-amz-region-set` as given, else `*`. */
export function signedV4a({ method = 'GET', url, headers = {} }: ToSign, by: Signer): Signed {
  const { search } = new URL(url)
  const all: Record<string, string> = {
    host: host(url),
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': timestampOf(by),
    'x-amz-region-set': '*',
    ...headers,
  }
  const names = Object.keys(all).sort()
  const lines = names.map((name) => `${name}:${all[name]}\n`).join('')
  const pairs = search.slice(1).split('&').filter(Boolean)
  const query = pairs
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&')
  const canonical = [method, pathOf(url), query, lines, names.join(';'), all['x-amz-content-sha256']].join('\n')
  const signature = signV4a(toSignV4a(canonical, by), by)
  const authorization = `AWS4-ECDSA-P256-SHA256 Credential=${by.accessKeyId}/${scopeV4aOf(by)}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { method, url, headers: { ...all, authorization } }
}

/** By the query, for a minute, the host alone signed. */
export function presignedV4a({ method = 'GET', url }: ToSign, by: Signer, regionSet = '*'): Signed {
  const query = [
    'X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256',
    `X-Amz-Credential=${encodeURIComponent(`${by.accessKeyId}/${scopeV4aOf(by)}`)}`,
    `X-Amz-Date=${timestampOf(by)}`,
    'X-Amz-Expires=60',
    `X-Amz-Region-Set=${encodeURIComponent(regionSet).replaceAll('*', '%2A')}`,
    'X-Amz-SignedHeaders=host',
  ].join('&')
  const canonical = `${method}\n${pathOf(url)}\n${query}\nhost:${host(url)}\n\nhost\nUNSIGNED-PAYLOAD`
  const signature = signV4a(toSignV4a(canonical, by), by)
  return { method, url: `${url}?${query}&X-Amz-Signature=${signature}`, headers: { host: host(url) } }
}

/** An aws-chunked body of Signature Version 4A, its signatures padded as the CRT pads them. */
export function framedV4a(data: Uint8Array, by: Signer, seed: string, trailers?: string[]): Uint8Array {
  const terms = `${timestampOf(by)}\n${scopeV4aOf(by)}`
  const empty = sha256('')
  const prefix = `AWS4-ECDSA-P256-SHA256-PAYLOAD\n${terms}`
  const parts: Uint8Array[] = []
  let previous = seed
  for (let at = 0; ; at += 8192) {
    const chunk = data.subarray(at, at + 8192)
    previous = signV4a(`${prefix}\n${previous}\n${empty}\n${sha256(chunk)}`, by)
    parts.push(Buffer.from(`${chunk.length.toString(16)};chunk-signature=${previous.padEnd(144, '*')}\r\n`))
    if (chunk.length === 0) break
    parts.push(chunk, Buffer.from('\r\n'))
  }
  for (const trailer of trailers ?? []) parts.push(Buffer.from(`${trailer}\r\n`))
  if (trailers !== undefined) {
    const hash = sha256(trailers.map((trailer) => `${trailer}\n`).join(''))
    const signature = signV4a(`AWS4-ECDSA-P256-SHA256-TRAILER\n${terms}\n${previous}\n${hash}`, by)
    parts.push(Buffer.from(`x-amz-trailer-signature:${signature.padEnd(144, '*')}\r\n`))
  }
  return new Uint8Array(Buffer.concat([...parts, Buffer.from('\r\n')]))
}

/** A policy in Base64 with the fields that sign it, in the version's own spelling. */
export function policyFields(policy: unknown, version: 2 | 4, by: Signer): Record<string, string> {
  const text = Buffer.from(typeof policy === 'string' ? policy : JSON.stringify(policy)).toString('base64')
  if (version === 2) {
    return { AWSAccessKeyId: by.accessKeyId, policy: text, signature: hmacSha1(text, by.secretAccessKey) }
  }
  const scope = `${timestampOf(by).slice(0, 8)}/us-east-1/s3/aws4_request`
  let key = Buffer.from(`AWS4${by.secretAccessKey}`)
  for (const step of scope.split('/')) key = createHmac('sha256', key).update(step).digest()
  return {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${by.accessKeyId}/${scope}`,
    'X-Amz-Date': timestampOf(by),
    Policy: text,
    'X-Amz-Signature': createHmac('sha256', key).update(text).digest('hex'),
  }
}
