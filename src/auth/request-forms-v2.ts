// The strings a client may have signed by Signature Version 2, given what arrived. Pure.
import { canonicalizedAmzHeaders, canonicalizedResource, stringToSignV2 } from './sigv2.ts'
import type { ClaimV2 } from './credential-v2.ts'
import type { StringToSignParts } from './sigv2.ts'

export interface ArrivedRequestV2 {
  method: string
  headers: Headers
  /** The bucket that the host names; null for path style. */
  hostBucket: string | null
}

/**
 * The likeliest first; further ones where the runtime has joined repeated headers with ', ' (clients sign ','), where a `+`
 * in a query may be itself or a space, and for a bucket in the path (botocore signs `/bucket/` for `/bucket`). At most 8.
 */
export function* stringsToSignV2(
  request: ArrivedRequestV2,
  target: { path: string; query: string },
  claim: ClaimV2,
): Generator<string> {
  const parts = arrivedPartsV2(request, target, claim)
  const lists = parts.amzHeaders.includes(', ') ? [parts.amzHeaders, parts.amzHeaders.replaceAll(', ', ',')] : null
  const isBucket = request.hostBucket === null && /^\/[^/]+$/.test(target.path)
  const targets = isBucket ? [target, { ...target, path: `${target.path}/` }] : [target]
  const decoders = target.query.includes('+') ? [decoded, spaceDecoded] : [decoded]
  const resources = targets.flatMap((one) => decoders.map((decode) => resourceOf(request, one, decode)))
  for (const amzHeaders of lists ?? [parts.amzHeaders]) {
    for (const resource of resources) yield stringToSignV2({ ...parts, amzHeaders, resource })
  }
}

/** What would be signed if nothing had been changed. */
export function arrivedPartsV2(
  request: ArrivedRequestV2,
  target: { path: string; query: string },
  claim: ClaimV2,
): StringToSignParts {
  const { headers } = request
  const amz = new Map<string, string>()
  // Query parameters of a presigned URL stand for headers; one that is sent as well counts.
  for (const [name, value] of claim.hoisted) if (name.startsWith('x-amz-')) amz.set(name, value)
  for (const [name, value] of headers) if (name.startsWith('x-amz-')) amz.set(name, value)
  return {
    method: request.method,
    contentMd5: headers.get('content-md5') ?? claim.hoisted.get('content-md5') ?? '',
    contentType: headers.get('content-type') ?? claim.hoisted.get('content-type') ?? '',
    date: claim.date,
    amzHeaders: canonicalizedAmzHeaders(amz),
    resource: resourceOf(request, target, decoded),
  }
}

function resourceOf(
  { hostBucket }: ArrivedRequestV2,
  { path, query }: { path: string; query: string },
  decode: (text: string) => string,
): string {
  return canonicalizedResource(hostBucket, path, query, decode)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Signed as it is by whoever sends such a thing.
    return text
  }
}

function spaceDecoded(text: string): string {
  return decoded(text.replaceAll('+', ' '))
}
