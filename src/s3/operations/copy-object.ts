import { S3Error } from '../../errors.ts'
import { formatIso8601 } from '../../http/date.ts'
import { quoteEntityTag } from '../../http/etag.ts'
import { objectArn, type Permission } from '../../iam/permission.ts'
import type { Basis } from '../../iam/basis.ts'
import { checksumAlgorithmHeader, checksumElement, checksumTypeElement } from '../checksum-headers.ts'
import { copyJudged, parseCopySource, refusalError, sourceBucket, sourceError } from '../copy-source.ts'
import { invalidArgument } from '../invalid-argument.ts'
import { withKeepAlive } from '../keep-alive.ts'
import { redirectHeader, storageClassHeader, storedHeaders } from '../object-headers.ts'
import { defineOperation } from '../operation.ts'
import { writeError } from '../outcomes.ts'
import { aclOfHeaders } from '../requested-acl.ts'
import { parseTaggingHeader } from '../tagging.ts'
import { writtenVersionHeader } from '../version-id.ts'
import * as write from '../write-headers.ts'
import { writtenAs } from '../written-acl.ts'
import { element, xmlDocument } from '../xml.ts'
import { parseReadConditions, type WriteConditions } from '../../http/conditional.ts'
import type { ChecksumAlgorithm } from '../../kernels/checksum.ts'
import type { ObjectVersion } from '../../shard/rpc.ts'
import { singleWriteBytesMax } from '../../limits.ts'
import type { Bucket } from '../../store/buckets.ts'
import type { CopyTerms } from '../../store/store.ts'
import type { CopySource } from '../copy-source.ts'
import type { Context, S3Response } from '../operation.ts'
import type { HeaderAcl } from '../requested-acl.ts'
import type { WrittenAs } from '../written-acl.ts'

interface Copy {
  bucket: string
  key: string
  source: CopySource
  headers: Headers
  /** Null: the source's are copied. */
  stored: Record<string, string> | null
  redirect: Record<string, string>
  /** Null: the source's are copied. */
  tags: Record<string, string> | null
  storageClass: string | null
  acl: HeaderAcl
  checksumAlgorithm: ChecksumAlgorithm | null
  conditions: WriteConditions | null
}

/**
 * CopyObject: make an object of another one without moving its bytes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 *
 * Differs from AWS: a copy of a multipart object keeps its parts, its ETag and its composite checksum.
 */
export const copyObject = defineOperation({
  name: 'CopyObject',
  route: { method: 'PUT', level: 'object', header: 'x-amz-copy-source' },
  refuses: [...write.encryptionHeaders, ...write.sourceEncryptionHeaders],

  parse({ address, headers }): Copy {
    const input: Copy = {
      bucket: address.bucket,
      key: address.key,
      source: parseCopySource(headers),
      headers,
      stored: directive(headers, 'metadata') === 'REPLACE' ? storedHeaders(headers) : null,
      redirect: redirectHeader(headers),
      tags: directive(headers, 'tagging') === 'REPLACE' ? parseTaggingHeader(headers.get('x-amz-tagging')) : null,
      storageClass: storageClassHeader(headers),
      acl: aclOfHeaders(headers, 'object'),
      checksumAlgorithm: checksumAlgorithmHeader(headers),
      conditions: write.writeConditions(headers),
    }
    refuseIdleCopy(input)
    return input
  },

  /** Of the destination; the source's are asked for when its bucket is known. */
  permissions(input) {
    return write.writePermissions(input, { tags: input.tags ?? {}, acl: input.acl })
  },

  // Only a checksum that has to be computed takes long enough for white space.
  handle: (input, context) => withKeepAlive(copy(input, context), context),
})

async function copy(input: Copy, context: Context): Promise<S3Response> {
  const { store, bucket } = context
  const { source } = input
  const written = await writtenAs(input.acl, input.key, context)
  write.checkObjectLock(input.headers, bucket)
  const from = await sourceBucket(source, input.headers, context)
  const copied = await copyJudged({ source, from }, context, async (basis) =>
    store.copy(bucket, input.key, {
      source: { bucket: from, key: source.key, versionId: source.versionId },
      terms: await copyTerms(input, context, { from, written, basis }),
      conditions: input.conditions,
    }),
  )
  if (copied.outcome === 'source') throw await sourceError(copied.source, { source, from, range: null }, context)
  if (copied.outcome === 'refused') throw refusalError(copied.refusal)
  const result = copied.outcome === 'copied' ? copied.result : copied
  if (result.outcome !== 'written') throw writeError(result, { bucket: bucket.name, key: input.key })
  return {
    status: 200,
    headers: {
      ...writtenVersionHeader(bucket, result.versionId),
      ...(copied.outcome === 'copied' && sourceVersionHeader(from, copied.source)),
    },
    body: xmlDocument('CopyObjectResult', [
      element('ETag', quoteEntityTag(result.etag)),
      element('LastModified', formatIso8601(result.modified)),
      checksumTypeElement(result.checksum),
      checksumElement(result.checksum),
    ]),
  }
}

/** x-amz-metadata-directive and x-amz-tagging-directive. */
function directive(headers: Headers, of: 'metadata' | 'tagging'): 'COPY' | 'REPLACE' {
  const name = `x-amz-${of}-directive`
  const value = headers.get(name) || 'COPY'
  if (value === 'COPY' || value === 'REPLACE') return value
  throw invalidArgument(name, value, `Unknown ${of} directive.`)
}

/** A copy onto itself has to change something; copying an older version onto the key does. */
function refuseIdleCopy({ bucket, key, source, stored, redirect, storageClass, checksumAlgorithm }: Copy): void {
  if (source.bucket !== bucket || source.key !== key || source.versionId !== null) return
  const changes = stored !== null || storageClass !== null || checksumAlgorithm !== null
  if (changes || Object.keys(redirect).length > 0) return
  throw new S3Error('InvalidRequest', {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  })
}

async function copyTerms(
  input: Copy,
  context: Context,
  { from, written, basis }: { from: Bucket; written: WrittenAs; basis: Basis },
): Promise<CopyTerms> {
  return {
    basis,
    conditions: parseReadConditions(input.headers, 'x-amz-copy-source-'),
    headers: input.stored,
    extraHeaders: input.redirect,
    tags: input.tags,
    mayCopyTags: await mayCopyTags(input, context, { from, basis }),
    storageClass: input.storageClass,
    checksumAlgorithm: input.checksumAlgorithm,
    ...written,
    sizeMax: singleWriteBytesMax,
  }
}

/** Tags take permissions of their own, on both sides. */
async function mayCopyTags(
  { source, bucket, key }: Copy,
  context: Context,
  { from, basis }: { from: Bucket; basis: Basis },
): Promise<boolean> {
  const action = source.versionId === null ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging'
  const conditions = { 's3:versionid': source.versionId === null ? [] : [source.versionId] }
  const reading = { action, resource: objectArn(from.name, source.key), conditions }
  const writing: Permission = {
    action: 's3:PutObjectTagging',
    resource: objectArn(bucket, key),
    ofNewObject: 'bucket',
  }
  return (await context.allows(from, [reading], basis)) && (await context.allows(context.bucket, [writing]))
}

function sourceVersionHeader(bucket: Bucket, source: ObjectVersion): Record<string, string> {
  return bucket.versioning === 'unversioned' ? {} : { 'x-amz-copy-source-version-id': source.versionId }
}
