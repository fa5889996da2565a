// The canonical requests a client may have signed, given what arrived: proxies and the edge rewrite some headers.
// https://developers.cloudflare.com/fundamentals/reference/http-headers/ (Accept-Encoding). Pure.
import { isToken } from '../http/headers.ts'
import { canonicalHeaderValue, canonicalQueryString, canonicalRequest, canonicalUri } from './sigv4.ts'
import type { SignedClaim } from './credential.ts'
import type { CanonicalRequestParts } from './sigv4.ts'

export interface ArrivedRequest {
  method: string
  headers: Headers
  clientAcceptEncoding: string | null
}

export interface ArrivedTarget {
  authority: string
  path: string
  query: string
}

/** The likeliest first; further ones only where a signed header may have been changed on its way. At most 12. */
export function* canonicalRequests(
  request: ArrivedRequest,
  target: ArrivedTarget,
  claim: SignedClaim,
): Generator<string> {
  const parts = arrivedParts(request, target, claim)
  const hasEncoding = claim.signedHeaders.includes('accept-encoding')
  const encodings = hasEncoding ? acceptEncodings(request) : [null]
  // The runtime joins repeated headers with ', ' where clients sign ','; a value with ', ' of its own stays as it is.
  const separators = parts.headers.some(([, value]) => value.includes(', ')) ? [', ', ','] : [', ']
  for (const separator of separators) {
    for (const encoding of encodings) {
      const headers: [name: string, value: string][] = []
      for (const [name, value] of parts.headers) {
        if (name !== 'accept-encoding') headers.push([name, value.replaceAll(', ', separator)])
        else if (encoding !== null) headers.push([name, encoding])
      }
      yield canonicalRequest({ ...parts, headers })
    }
  }
}

/** What would be signed if nothing had been changed. */
export function arrivedParts(
  request: ArrivedRequest,
  target: ArrivedTarget,
  claim: SignedClaim,
): CanonicalRequestParts {
  return {
    method: request.method,
    uri: canonicalUri(target.path),
    query: canonicalQueryString(target.query, claim.place === 'query' ? isSignatureParameter : undefined),
    headers: claim.signedHeaders.map((name) => [name, arrivedValue(request, target, name)] as const),
    signedHeaders: claim.signedHeaders.join(';'),
    payloadHash: claim.payloadHash ?? 'UNSIGNED-PAYLOAD',
  }
}

export function isSignatureParameter(name: string): boolean {
  return name.toLowerCase() === 'x-amz-signature'
}

// A signed header that did not arrive counts as empty, but for those that proxies take away.
function arrivedValue(request: ArrivedRequest, target: ArrivedTarget, name: string): string {
  // `Headers` throws on a name that no header can have; one of those never arrives.
  const value = isToken(name) ? request.headers.get(name) : null
  if (value !== null) return canonicalHeaderValue(value)
  if (name === 'host') return target.authority
  if (name === 'expect') return '100-continue'
  if (name === 'transfer-encoding') return 'chunked'
  return ''
}

// Null: no line at all.
function acceptEncodings({ headers, clientAcceptEncoding }: ArrivedRequest): (string | null)[] {
  const known = [clientAcceptEncoding, headers.get('accept-encoding')]
    .filter((value) => value !== null)
    .map((value) => canonicalHeaderValue(value))
  return [...new Set([...known, '', 'identity', 'gzip', null])]
}
