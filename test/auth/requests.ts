// Random requests for signers, and requests with one byte changed.
import type { RequestParts } from './doubles.ts'

/** Mulberry32: the seed is in the name of the test. */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const alphabet = [...Array.from('abcXYZ019-._~ !\'()*+,;=:@&$/?#[]%"<>\\^`{|}'), 'ü', '中', '😀', 'e\u0301']

/** Percent-encoded as AWS's signers do it. */
export function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

export interface Generated {
  method: string
  path: string
  query: Record<string, string | string[]>
  headers: Record<string, string>
}

export function generate(next: () => number): Generated {
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

export function urlOf({ path, query, headers }: Generated): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encode(name)}=${encode(one)}`),
  )
  return `http://${headers['host']}${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`
}

/** Another byte in its place: another hex digit for one of those, so that the form is kept where it can be. */
function otherByte(byte: string): string {
  if (/[0-9a-f]/.test(byte)) return byte === '0' ? '1' : '0'
  return byte === 'z' ? 'y' : 'z'
}

export function withOther(text: string, at: number): string {
  return text.slice(0, at) + otherByte(text[at] ?? '') + text.slice(at + 1)
}

type Whole = RequestParts & { method: string; url: string; headers: Record<string, string> }

/**
 * The request with each byte changed in turn: of its method, of its URL after the origin, of its headers' values, and of
 * their names. `unsigned` headers are left alone.
 */
export function* changed(request: Whole, unsigned: readonly string[] = []): Generator<[what: string, request: Whole]> {
  const { method, url, headers } = request
  for (let at = 0; at < method.length; at++) {
    yield [`method at ${at}`, { ...request, method: withOther(method, at).toUpperCase() }]
  }
  const start = url.indexOf('/', url.indexOf('://') + 3) + 1
  for (let at = start; at < url.length; at++) yield [`url at ${at}`, { ...request, url: withOther(url, at) }]
  for (const [name, value] of Object.entries(headers)) {
    if (unsigned.includes(name)) continue
    for (let at = 0; at < value.length; at++) {
      yield [`${name} at ${at}`, { ...request, headers: { ...headers, [name]: withOther(value, at) } }]
    }
    // It is in the URL as well.
    if (name === 'host') continue
    const { [name]: _, ...rest } = headers
    yield [`${name} gone`, { ...request, headers: rest }]
    if (!name.startsWith('x-amz-')) continue
    yield [`${name} renamed`, { ...request, headers: { ...rest, [`${name}z`]: value } }]
  }
  yield ['a header more', { ...request, headers: { ...headers, 'x-amz-acl': 'public-read' } }]
}
