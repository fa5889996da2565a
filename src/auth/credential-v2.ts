// Who a request claims to be by Signature Version 2: `Authorization: AWS key:signature`, or the presigned query. Pure.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
import { parseDate } from './timestamp.ts'
import type { Refusal } from './refusal.ts'

/** Everything a signature says about itself; nothing of it is checked yet. */
export interface ClaimV2 {
  place: 'header' | 'query'
  accessKeyId: string
  /** Base64, as the client wrote it. */
  signature: string
  /** What stands in the place of the date in the string to sign. */
  date: string
  /** When it was signed, or until when it counts. Milliseconds since 1970. */
  time: number
  securityToken: string | null
  /** `x-amz-…`, Content-Type and Content-MD5 of a presigned URL by lower-case name: SDKs move signed headers there. */
  hoisted: ReadonlyMap<string, string>
}

/** The header after `AWS `: the last colon ends the key. */
export function parseAuthorizationV2(text: string, headers: Headers): ClaimV2 | Refusal {
  const colon = text.lastIndexOf(':')
  const accessKeyId = text.slice(0, Math.max(colon, 0)).trim()
  const signature = text.slice(colon + 1).trim()
  if (colon === -1 || accessKeyId === '' || signature === '') return { reason: 'authorization-v2-malformed' }
  // x-amz-date is signed among the headers of its kind, and nothing in the date's place.
  const amzDate = headers.get('x-amz-date')
  const date = parseDate(amzDate ?? headers.get('date') ?? '')
  if (date === null || date.time < 0) return { reason: 'date-missing' }
  return {
    place: 'header',
    accessKeyId,
    signature,
    date: amzDate === null ? (headers.get('date') ?? '') : '',
    time: date.time,
    securityToken: headers.get('x-amz-security-token') || null,
    hoisted: new Map(),
  }
}

/** AWSAccessKeyId, Signature and Expires; `query` by lower-case name. */
export function parsePresignedV2(query: ReadonlyMap<string, string>, headers: Headers): ClaimV2 | Refusal {
  const accessKeyId = query.get('awsaccesskeyid') ?? ''
  // A `+` that was not escaped has become a space.
  const signature = (query.get('signature') ?? '').replaceAll(' ', '+')
  const expires = query.get('expires') ?? ''
  if (accessKeyId === '' || signature === '' || expires === '') return { reason: 'parameters-v2-missing' }
  if (!/^\d{1,12}$/.test(expires)) return { reason: 'expires-v2', found: expires }
  const hoisted = new Map<string, string>()
  for (const [name, value] of query) {
    if (name.startsWith('x-amz-') || name === 'content-type' || name === 'content-md5') hoisted.set(name, value)
  }
  return {
    place: 'query',
    accessKeyId,
    signature,
    date: expires,
    time: Number(expires) * 1000,
    securityToken: headers.get('x-amz-security-token') || query.get('x-amz-security-token') || null,
    hoisted,
  }
}
