// Headers stored with an object: read from the request that writes it, sent with every answer that reads it.
// User metadata is in user-metadata.ts, checksums are in checksum-headers.ts. No I/O, no clock.
import { isFieldValue, listMembers } from '../http/headers.ts'
import { S3Error } from '../errors.ts'
import { formatHttpDate } from '../http/date.ts'
import { quoteEntityTag } from '../http/etag.ts'
import { invalidArgument } from './invalid-argument.ts'
import { parseUserMetadata, userMetadataHeaders } from './user-metadata.ts'
import { versionHeader } from './version-id.ts'
import type { ObjectVersion } from '../shard/rpc.ts'
import type { Bucket } from '../store/buckets.ts'

/** System metadata stored as it comes; content-type and content-encoding have rules of their own. */
const verbatim = ['cache-control', 'content-disposition', 'content-language', 'expires']

const redirectName = 'x-amz-website-redirect-location'

/** Everything of a request that is stored with the object and sent back as a header. Throws S3Error. */
export function storedHeaders(headers: Headers): Record<string, string> {
  const stored: Record<string, string> = { 'content-type': headers.get('content-type') || 'binary/octet-stream' }
  for (const name of verbatim) {
    const value = headers.get(name)
    if (value !== null && value !== '') stored[name] = value
  }
  const encoding = contentEncoding(headers.get('content-encoding'))
  if (encoding !== '') stored['content-encoding'] = encoding
  return { ...stored, ...redirectHeader(headers), ...parseUserMetadata(headers) }
}

/** Content-Encoding without `aws-chunked`, which is framing of the request and no property of the object. */
function contentEncoding(header: string | null): string {
  if (header === null) return ''
  if (!/aws-chunked/i.test(header)) return header
  return listMembers(header)
    .filter((coding) => coding.toLowerCase() !== 'aws-chunked')
    .join(',')
}

/** x-amz-website-redirect-location of a request, checked; no header for none. */
export function redirectHeader(headers: Headers): Record<string, string> {
  const location = headers.get(redirectName)
  if (location === null || location === '') return {}
  if (!/^(https?:\/\/|\/)/.test(location)) throw new S3Error('InvalidRedirectLocation')
  return { [redirectName]: location }
}

/** AWS's storage classes of general purpose buckets. */
const storageClasses = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
]

/** x-amz-storage-class; null when the client names none. Throws InvalidStorageClass. */
export function storageClassHeader(headers: Headers): string | null {
  const header = headers.get('x-amz-storage-class')
  if (header === null || header === '') return null
  if (storageClasses.includes(header)) return header
  throw new S3Error('InvalidStorageClass', { fields: { StorageClassRequested: header } })
}

/** Query parameters that replace a response header of GetObject and HeadObject. */
const overrideNames = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]

/** The replacements asked for by response-…=. Throws InvalidArgument for a value no header can carry. */
export function responseOverrides(query: { get(name: string): string | null }): Record<string, string> {
  const overrides: Record<string, string> = {}
  for (const name of overrideNames) {
    const value = query.get(`response-${name}`)
    if (value === null || value === '') continue
    // A line break would forge a header.
    if (!isFieldValue(value)) {
      throw invalidArgument(`response-${name}`, value, 'Header value cannot be represented using ISO-8859-1.')
    }
    overrides[name] = value
  }
  return overrides
}

/** Headers of a version that 200, 206 and 304 share. */
export function versionHeaders(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  return {
    etag: quoteEntityTag(version.etag),
    'last-modified': formatHttpDate(version.modified),
    ...versionHeader(bucket, version.versionId),
  }
}

/** Headers of a version as GetObject and HeadObject send them: all but length, range and checksum. */
export function objectHeaders(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(version.headers)) {
    if (!name.startsWith('x-amz-meta-')) headers[name] = value
  }
  Object.assign(headers, userMetadataHeaders(version.headers), versionHeaders(bucket, version))
  headers['accept-ranges'] = 'bytes'
  if (version.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = version.storageClass
  const tagCount = Object.keys(version.tags).length
  if (tagCount > 0) headers['x-amz-tagging-count'] = String(tagCount)
  return headers
}
