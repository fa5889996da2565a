// Requests a client may have meant to sign, given what arrived and did not verify: one change each. Pure.
import { canonicalHeaderValue, canonicalQueryString, canonicalUri, emptySha256, reencode } from './sigv4.ts'
import { arrivedParts, isSignatureParameter } from './request-forms.ts'
import type { SignedClaim } from './credential.ts'
import type { ArrivedRequest, ArrivedTarget } from './request-forms.ts'
import type { CanonicalRequestParts } from './sigv4.ts'

/** A request that may have been signed, and what to say if it was. */
export interface Trial {
  parts: CanonicalRequestParts
  hint: string
}

export interface TrialSource {
  request: ArrivedRequest & { hostBucket: string | null }
  target: ArrivedTarget
  domains: readonly string[]
}

/** Hosts tried, and query parameters left out one by one. */
const hostsMax = 8
const parametersMax = 6

/** The likeliest first. */
export function* hintTrials(claim: SignedClaim, source: TrialSource): Generator<Trial> {
  const { request, target } = source
  const parts = arrivedParts(request, target, claim)
  yield* methodTrials(parts)
  yield* headerTrials(parts)
  yield* placeTrials(parts, source)
  yield* pathTrials(parts, target)
  yield* queryTrials(parts, target, claim)
  yield* payloadTrials(parts)
}

function* methodTrials(parts: CanonicalRequestParts): Generator<Trial> {
  for (const method of ['GET', 'PUT', 'HEAD', 'POST', 'DELETE']) {
    if (method === parts.method) continue
    yield {
      parts: { ...parts, method },
      hint: `The signature is of a ${method} request, but ${parts.method} was sent.`,
    }
  }
}

/** The host, and the bucket's place: both may have been rewritten at once. */
function* placeTrials(parts: CanonicalRequestParts, source: TrialSource): Generator<Trial> {
  const sent = parts.headers.find(([name]) => name === 'host')?.[1] ?? ''
  const bucket = source.request.hostBucket
  const segment = /^\/([^/]+)(\/.*)?$/.exec(source.target.path)
  const hosts = hostsOf(sent, source)
  for (const host of hosts) {
    if (host === sent) continue
    const hint = `The host was signed as "${host}" and arrived as "${sent}": a proxy changed the Host header.`
    yield { parts: withHeader(parts, 'host', host), hint }
  }
  for (const host of hosts) {
    if (bucket !== null) {
      const base = host.startsWith(`${bucket}.`) ? host.slice(bucket.length + 1) : host
      const moved = { ...withHeader(parts, 'host', base), uri: `/${bucket}${parts.uri}` }
      const hint = `A path-style request was signed ("${base}/${bucket}/…"); it arrived virtual-hosted at "${sent}".`
      yield { parts: moved, hint }
    } else if (segment !== null) {
      const [, name = '', rest = '/'] = segment
      const uri = canonicalUri(rest)
      const hosted = `${name}.${host}`
      const hint = `A virtual-hosted request was signed ("${hosted}"); it arrived path-style at "${sent}".`
      yield { parts: { ...withHeader(parts, 'host', hosted), uri }, hint }
      const stripped = `The path was signed without "/${name}": a proxy put the bucket into it.`
      yield { parts: { ...withHeader(parts, 'host', host), uri }, hint: stripped }
    }
  }
}

/** Hosts the client may have used: what proxies say of it, with and without a port, and the known domains. */
function hostsOf(sent: string, { request, domains }: TrialSource): string[] {
  const { headers, hostBucket } = request
  const forwarded = ['x-forwarded-host', 'x-original-host'].flatMap((name) => (headers.get(name) ?? '').split(','))
  const ofForwarded = /(?:^|[;,\s])host="?([^";,\s]+)/i.exec(headers.get('forwarded') ?? '')?.[1] ?? ''
  const port = headers.get('x-forwarded-port')
  const name = sent.replace(/:\d+$/, '')
  const known = domains.map((domain) => (hostBucket === null ? domain : `${hostBucket}.${domain}`))
  const ports = [port ?? '', '443', '80'].filter((text) => /^\d{1,5}$/.test(text)).map((text) => `${name}:${text}`)
  const all = [sent, ...forwarded.map((host) => host.trim()), ofForwarded, name, ...known, ...ports]
  return [...new Set(all.filter((host) => /^[\w.:[\]-]{1,255}$/.test(host)))].slice(0, hostsMax)
}

/** What proxies and runtimes change in headers, or add. */
const otherValues: Record<string, (value: string) => string[]> = {
  connection: () => ['', 'keep-alive', 'close', 'Keep-Alive'],
  'content-length': () => ['', '0'],
  'content-type': (value) => [
    '',
    value.split(';')[0] ?? '',
    `${value};charset=UTF-8`,
    `${value}; charset=UTF-8`,
    `${value}; charset=utf-8`,
    'application/octet-stream',
    'binary/octet-stream',
    'application/x-www-form-urlencoded',
  ],
  'content-encoding': () => ['', 'aws-chunked', 'identity'],
  expect: () => [''],
  te: () => ['', 'trailers'],
  'transfer-encoding': () => [''],
}

function* headerTrials(parts: CanonicalRequestParts): Generator<Trial> {
  for (const [name, value] of parts.headers) {
    if (name === 'host') continue
    for (const other of otherValues[name]?.(value) ?? ['']) {
      if (other === value) continue
      const was = other === '' ? 'without a value' : `as "${canonicalHeaderValue(other)}"`
      const hint = `The header ${name} was signed ${was} and arrived otherwise: something on the way changed it.`
      yield { parts: withHeader(parts, name, other), hint }
    }
  }
}

function* pathTrials(parts: CanonicalRequestParts, { path }: ArrivedTarget): Generator<Trial> {
  const twice = reencode(parts.uri.replaceAll('%', '%25'), 'path')
  yield { parts: { ...parts, uri: twice }, hint: 'The path was percent-encoded twice: S3 encodes it once.' }
  yield { parts: { ...parts, uri: path }, hint: 'The path was signed as it stands in the URL, not percent-encoded.' }
  const spaced = parts.uri.replaceAll('%2B', '%20')
  const hint = 'A "+" in the path was signed as a space: in a path it is a plus sign, and a space is "%20".'
  yield { parts: { ...parts, uri: spaced }, hint }
  yield { parts: { ...parts, uri: parts.uri.replaceAll('%20', '%2B') }, hint: spaceHint }
  const normal = normalized(parts.uri)
  yield { parts: { ...parts, uri: normal }, hint: 'The path was signed normalized: S3 keeps "//", "." and "..".' }
}

const spaceHint = 'A space was signed as "+": in a signature it is "%20".'

function* queryTrials(
  parts: CanonicalRequestParts,
  { query }: ArrivedTarget,
  { place }: SignedClaim,
): Generator<Trial> {
  if (query.includes('+') || query.includes('%20')) {
    const plus = canonicalQueryString(
      query.replaceAll('+', '%2B'),
      place === 'query' ? isSignatureParameter : undefined,
    )
    yield {
      parts: { ...parts, query: plus },
      hint: 'A "+" in the query was signed as a plus sign: it stands for a space.',
    }
    yield { parts: { ...parts, query: parts.query.replaceAll('%20', '%2B') }, hint: spaceHint }
    yield { parts: { ...parts, query: parts.query.replaceAll('%20', '+') }, hint: spaceHint }
  }
  const pairs = parts.query.split('&').filter((pair) => pair !== '' && !/^x-amz-/i.test(pair))
  for (const pair of pairs.slice(0, parametersMax)) {
    const name = pair.split('=')[0] ?? ''
    const rest = parts.query.split('&').filter((other) => other !== pair)
    const hint = `The query parameter ${name} was not signed: something on the way added it.`
    yield { parts: { ...parts, query: rest.join('&') }, hint }
  }
  if (pairs.length > 1 && place === 'header') {
    yield { parts: { ...parts, query: '' }, hint: 'The query was not signed.' }
  }
}

function* payloadTrials(parts: CanonicalRequestParts): Generator<Trial> {
  for (const payloadHash of ['UNSIGNED-PAYLOAD', emptySha256]) {
    if (payloadHash === parts.payloadHash) continue
    const signed = payloadHash === emptySha256 ? 'the hash of an empty body' : payloadHash
    const hint = `The request was signed with ${signed}, but x-amz-content-sha256 says otherwise.`
    yield { parts: { ...parts, payloadHash }, hint }
  }
}

function withHeader(parts: CanonicalRequestParts, name: string, value: string): CanonicalRequestParts {
  const headers = parts.headers.map(([other, old]) => [other, other === name ? value : old] as const)
  return { ...parts, headers }
}

/** As other services of AWS sign paths: RFC 3986 section 5.2.4, and empty segments removed. */
function normalized(uri: string): string {
  const kept: string[] = []
  for (const segment of uri.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') kept.pop()
    else kept.push(segment)
  }
  const end = uri.endsWith('/') && kept.length > 0 ? '/' : ''
  return `/${kept.join('/')}${end}`
}
