import { S3Error } from '../../errors.ts'
import { quoteEntityTag } from '../../http/etag.ts'
import { singleWriteBytesMax } from '../../limits.ts'
import { checksumHeaders } from '../checksum-headers.ts'
import { invalidArgument } from '../invalid-argument.ts'
import { storageClassHeader, storedHeaders } from '../object-headers.ts'
import { defineOperation } from '../operation.ts'
import { entityTooLarge, writeError } from '../outcomes.ts'
import { aclOfHeaders } from '../requested-acl.ts'
import { parseTaggingHeader } from '../tagging.ts'
import { writtenVersionHeader } from '../version-id.ts'
import { checkObjectLock, encryptionHeaders, writeConditions, writePermissions } from '../write-headers.ts'
import { writtenAs } from '../written-acl.ts'
import type { Query } from '../operation.ts'

/**
 * PutObject: write an object, or append to one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 *
 * Differs from AWS: x-amz-write-offset-bytes works in every bucket; If-None-Match takes ETags beside `*`; under
 * BucketOwnerEnforced the bucket's own account may ask for `private` and `bucket-owner-read`, which change nothing.
 */
export const putObject = defineOperation({
  name: 'PutObject',
  route: { method: 'PUT', level: 'object' },
  body: 'stream',
  refuses: encryptionHeaders,

  parse({ address, query, headers }) {
    refusePartParameters(query)
    return {
      bucket: address.bucket,
      key: address.key,
      headers,
      stored: storedHeaders(headers),
      tags: parseTaggingHeader(headers.get('x-amz-tagging')),
      storageClass: storageClassHeader(headers) ?? 'STANDARD',
      conditions: writeConditions(headers),
      acl: aclOfHeaders(headers, 'object'),
      appendAt: writeOffset(headers),
    }
  },

  permissions(input) {
    return writePermissions(input, input)
  },

  async handle(input, context) {
    const { store, bucket, body } = context
    const written = await writtenAs(input.acl, input.key, context)
    checkObjectLock(input.headers, bucket)
    if (body.length !== null && body.length > singleWriteBytesMax) throw entityTooLarge(body.length)
    if (input.appendAt !== null) checkAppend(input.appendAt, input.stored, body.length)
    const result = await store.put(bucket, input.key, body, {
      headers: input.stored,
      tags: input.tags,
      storageClass: input.storageClass,
      ...written,
      conditions: input.conditions,
      ...(input.appendAt === null ? {} : { appendAt: input.appendAt }),
    })
    if (result.outcome !== 'written') throw writeError(result, { bucket: bucket.name, key: input.key })
    return {
      status: 200,
      headers: {
        etag: quoteEntityTag(result.etag),
        ...checksumHeaders(result.checksum),
        ...writtenVersionHeader(bucket, result.versionId),
        ...(input.appendAt === null ? {} : { 'x-amz-object-size': String(result.size) }),
      },
    }
  },
})

/** A part number without an upload id (or the other way round) must not become an object. */
function refusePartParameters(query: Query): void {
  const name = ['partNumber', 'uploadId'].find((candidate) => query.has(candidate))
  if (name === undefined) return
  throw invalidArgument(name, query.get(name) ?? '', 'This operation does not accept a query-string.')
}

/** x-amz-write-offset-bytes; null for an ordinary write. */
function writeOffset(headers: Headers): number | null {
  const name = 'x-amz-write-offset-bytes'
  const value = headers.get(name)
  if (value === null || value === '') return null
  const offset = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (Number.isSafeInteger(offset)) return offset
  throw invalidArgument(name, value, 'The write offset must be an integer of 0 or more.')
}

/** Rules of appending: https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-buckets-objects-append.html */
function checkAppend(offset: number, stored: Record<string, string>, length: number | null): void {
  if (length === 0 && offset > 0) {
    const message = "Request body cannot be empty when 'write offset' is specified."
    throw new S3Error('InvalidRequest', { message })
  }
  if (offset > 0 && Object.keys(stored).some((name) => name.startsWith('x-amz-meta-'))) {
    const message = 'Cannot specify both a write offset value and user-defined object metadata for existing objects.'
    throw new S3Error('InvalidRequest', { message })
  }
}
