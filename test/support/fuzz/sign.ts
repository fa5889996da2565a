// Signature Version 4 over raw bytes, written apart from src: SDKs refuse to sign much of what is to be sent here.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
import { createHash, createHmac } from 'node:crypto'
import type { Credentials } from '../address.ts'
import { octets, percentEncode } from './draft.ts'
import type { Draft, Field, Signed } from './draft.ts'

const region = 'us-east-1'
const algorithm = 'AWS4-HMAC-SHA256'
const keys = new Map<string, Buffer>()

/** Signs a draft where it lies. `frame` is applied; the headers name what is sent. `now`: milliseconds since 1970. */
export function sign(draft: Draft, host: string, now: number): void {
  draft.headers.unshift(['Host', draft.host ?? host])
  if (draft.signer === null) {
    announceBody(draft)
    return
  }
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
  const scope = `${timestamp.slice(0, 8)}/${region}/s3/aws4_request`
  const key = signingKey(draft.signer, timestamp.slice(0, 8))
  const payload = draft.payload === 'hashed' ? sha256(draft.body) : draft.payload
  const place = draft.place === 'header' ? signHeaders : signQuery
  const signature = place(draft, { timestamp, scope, key, payload })
  if (draft.frame !== undefined) draft.body = draft.frame(draft.body, { signature, timestamp, scope, key })
  announceBody(draft)
}

interface Scope extends Omit<Signed, 'signature'> {
  payload: string
}

function signHeaders(draft: Draft, { timestamp, scope, key, payload }: Scope): string {
  draft.headers.push(['x-amz-date', timestamp], ['x-amz-content-sha256', payload])
  const { names, lines } = canonicalHeaders(draft.headers, signable)
  const signature = signatureOf(draft, { timestamp, scope, key, payload, names, lines })
  const credential = `${draft.signer?.accessKeyId}/${scope}`
  draft.headers.push([
    'Authorization',
    `${algorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  ])
  return signature
}

function signQuery(draft: Draft, { timestamp, scope, key }: Scope): string {
  const { names, lines } = canonicalHeaders(draft.headers, signable)
  const expires = /^expires:(-?\d+)$/.exec(draft.payload)?.[1] ?? '300'
  const added = [
    `X-Amz-Algorithm=${algorithm}`,
    `X-Amz-Credential=${percentEncode(`${draft.signer?.accessKeyId}/${scope}`)}`,
    `X-Amz-Date=${timestamp}`,
    `X-Amz-Expires=${expires}`,
    `X-Amz-SignedHeaders=${percentEncode(names)}`,
  ].join('&')
  draft.query += (draft.query === '' ? '' : '&') + added
  const signature = signatureOf(draft, { timestamp, scope, key, payload: 'UNSIGNED-PAYLOAD', names, lines })
  draft.query += `&X-Amz-Signature=${signature}`
  return signature
}

/** What a proxy never changes: Host and everything of Amazon's. */
function signable(name: string): boolean {
  return name === 'host' || name.startsWith('x-amz-') || name === 'content-md5'
}

function canonicalHeaders(headers: Field[], chosen: (name: string) => boolean): { names: string; lines: string } {
  const values = new Map<string, string[]>()
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (chosen(lower)) values.set(lower, [...(values.get(lower) ?? []), canonicalValue(value)])
  }
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    names: sorted.map(([name]) => name).join(';'),
    lines: sorted.map(([name, all]) => `${name}:${all.join(',')}\n`).join(''),
  }
}

/** As SDKs trim: by the characters of the text. */
function canonicalValue(value: string): string {
  const text = Buffer.from(value, 'latin1').toString('utf8')
  return octets(text.trim().replaceAll(/[ \t\v\f]+/g, ' '))
}

function signatureOf(draft: Draft, parts: Scope & { names: string; lines: string }): string {
  const { timestamp, scope, key, payload, names, lines } = parts
  const uri = draft.path
    .split('/')
    .map((segment) => percentEncode(decodeOnce(segment)))
    .join('/')
  const request = `${draft.method}\n${uri}\n${canonicalQuery(draft.query)}\n${lines}\n${names}\n${payload}`
  const hash = sha256(Buffer.from(request, 'latin1'))
  return hmac(key, `${algorithm}\n${timestamp}\n${scope}\n${hash}`).toString('hex')
}

function canonicalQuery(query: string): string {
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): Field => {
      const [name = '', ...value] = pair.split('=')
      return [encodedOnce(name), encodedOnce(value.join('='))]
    })
  pairs.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

function encodedOnce(text: string): string {
  return percentEncode(decodeOnce(text.replaceAll('+', ' ')))
}

function decodeOnce(text: string): string {
  return text.replaceAll(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

function announceBody(draft: Draft): void {
  if (draft.framing === 'chunked') draft.headers.push(['Transfer-Encoding', 'chunked'])
  const hasBody = draft.body.length > 0 || draft.method === 'PUT' || draft.method === 'POST'
  if (draft.framing === 'length' && hasBody) draft.headers.push(['Content-Length', String(draft.body.length)])
}

function signingKey({ accessKeyId, secretAccessKey }: Credentials, date: string): Buffer {
  const name = `${accessKeyId}/${date}`
  const known = keys.get(name)
  if (known !== undefined) return known
  let key = Buffer.from(`AWS4${secretAccessKey}`)
  for (const step of [date, region, 's3', 'aws4_request']) key = hmac(key, step)
  keys.set(name, key)
  return key
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function hmac(key: Uint8Array, text: string): Buffer<ArrayBuffer> {
  return createHmac('sha256', key).update(text, 'latin1').digest()
}
