// Headers that a presigned URL carries in its query. No I/O, no clock.
import { isFieldValue, isToken } from '../http/headers.ts'
import type { Query } from './operation.ts'

/** Signature Version 2 signs them, and its SDKs move them into the URL too. */
const ofVersion2 = new Set(['content-md5', 'content-type'])

/** The signature's own; they say nothing about the object. */
const ofTheSignature = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signature',
  'x-amz-signedheaders',
  'x-amz-security-token',
])

/**
 * The request's headers and, for a presigned URL, what its query says as `x-amz-acl=…` and the like: SDKs move such headers
 * into the URL, where the signature covers them. A header that was sent counts before its parameter.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function withHoistedHeaders(headers: Headers, query: Query): Headers {
  const isVersion2 = query.has('AWSAccessKeyId') && query.has('Signature')
  if (!query.has('X-Amz-Signature') && !isVersion2) return headers
  let all: Headers | null = null
  for (const name of query.names()) {
    const lower = name.toLowerCase()
    const value = query.get(name) ?? ''
    const isHeader = lower.startsWith('x-amz-') ? !ofTheSignature.has(lower) : isVersion2 && ofVersion2.has(lower)
    if (!isHeader) continue
    // What no header can be is no header that was moved.
    if (!isToken(lower) || !isFieldValue(value) || headers.has(lower)) continue
    all ??= new Headers(headers)
    all.set(lower, value)
  }
  return all ?? headers
}
