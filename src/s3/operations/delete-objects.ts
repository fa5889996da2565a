import { S3Error } from '../../errors.ts'
import { objectArn } from '../../iam/permission.ts'
import { deleteObjectsKeysMax, keyBytesMax } from '../../limits.ts'
import { deleteConditions, holdWithoutObject } from '../delete-conditions.ts'
import { defineOperation } from '../operation.ts'
import { writeError } from '../outcomes.ts'
import { checkedVersionId } from '../version-id.ts'
import { childElements, childText, element, xmlDocument } from '../xml.ts'
import type { WriteConditions } from '../../http/conditional.ts'
import type { DeleteOutcome } from '../../shard/rpc.ts'
import type { Context } from '../operation.ts'
import type { Xml, XmlElement } from '../xml.ts'

interface Entry {
  key: string
  versionId: string | null
  conditions: WriteConditions | null
  /** What is wrong with this entry alone; the others are deleted all the same. */
  error: S3Error | null
}

const utf8 = new TextEncoder()

/**
 * DeleteObjects: up to 1,000 deletes in one request, each with a result of its own.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 *
 * Differs from AWS: Content-MD5 or a checksum is verified when sent and not demanded; the size and date conditions work
 * in every bucket.
 */
export const deleteObjects = defineOperation({
  name: 'DeleteObjects',
  route: { method: 'POST', level: 'bucket', query: { delete: true } },
  body: 'xml',

  parse({ address, xml }) {
    if (xml?.name !== 'Delete') throw new S3Error('MalformedXML', { reason: 'No Delete' })
    const objects = childElements(xml, 'Object')
    if (objects.length === 0 || objects.length > deleteObjectsKeysMax) {
      throw new S3Error('MalformedXML', { reason: `${objects.length} objects` })
    }
    return {
      bucket: address.bucket,
      quiet: childText(xml, 'Quiet')?.trim().toLowerCase() === 'true',
      entries: objects.map(parseEntry),
    }
  },

  // Each key is authorised by itself in `handle`: a key that may not be deleted is an error in the answer of 200.
  permissions: () => [],

  async handle({ quiet, entries }, context) {
    const { store, bucket } = context
    const errors = await Promise.all(entries.map((entry) => refusal(entry, context)))
    const allowed = entries.filter((_, index) => errors[index] === null)
    const outcomes = allowed.length === 0 ? [] : await store.deleteMany(bucket, allowed.map(command))
    let next = 0
    const results = entries.map((entry, index) => {
      const error = errors[index]
      if (error instanceof S3Error) return errorElement(entry, error)
      return outcomeElement(entry, outcomes[next++], { bucket: bucket.name, quiet })
    })
    return { status: 200, body: xmlDocument('DeleteResult', results) }
  },
})

function parseEntry(object: XmlElement): Entry {
  const key = childText(object, 'Key')
  if (key === null || key === '') throw new S3Error('MalformedXML', { reason: 'Object without Key' })
  const entry: Entry = { key, versionId: childText(object, 'VersionId') || null, conditions: null, error: null }
  if (utf8.encode(key).length > keyBytesMax) return { ...entry, error: new S3Error('KeyTooLongError') }
  try {
    checkedVersionId(entry.versionId)
    const conditions = deleteConditions({
      etag: childText(object, 'ETag'),
      lastModified: childText(object, 'LastModifiedTime'),
      size: childText(object, 'Size'),
    })
    return { ...entry, conditions }
  } catch (error) {
    if (error instanceof S3Error) return { ...entry, error }
    throw error
  }
}

function command({ key, versionId, conditions }: Entry) {
  return { key, versionId, conditions }
}

/** What is wrong with the entry, or that the caller may not delete this key; null for nothing. */
async function refusal({ key, versionId, error: problem }: Entry, context: Context): Promise<S3Error | null> {
  if (problem !== null) return problem
  const { bucket } = context
  const action = versionId === null ? 's3:DeleteObject' : 's3:DeleteObjectVersion'
  try {
    const conditions = { 's3:versionid': versionId === null ? [] : [versionId] }
    await context.authorise(bucket, [{ action, resource: objectArn(bucket.name, key), conditions }])
    return null
  } catch (error) {
    if (error instanceof S3Error) return error
    throw error
  }
}

/** The Deleted or Error element of one entry; null where Quiet leaves it out. Throws when the bucket is gone. */
function outcomeElement(
  entry: Entry,
  outcome: DeleteOutcome | undefined,
  { bucket, quiet }: { bucket: string; quiet: boolean },
): Xml | null {
  if (outcome === undefined) throw new Error('The store answered fewer deletes than were asked for')
  if (outcome.outcome === 'deleted') return quiet ? null : deletedElement(entry, outcome)
  if (outcome.outcome === 'missing' && holdWithoutObject(entry.conditions)) {
    return quiet ? null : deletedElement(entry, { versionId: null, marker: false })
  }
  const error = writeError(outcome, { bucket, key: entry.key })
  if (outcome.outcome === 'bucket-gone') throw error
  return errorElement(entry, error)
}

function deletedElement(entry: Entry, { versionId, marker }: { versionId: string | null; marker: boolean }): Xml {
  return element('Deleted', [
    element('Key', entry.key),
    entry.versionId === null ? null : element('VersionId', entry.versionId),
    marker ? element('DeleteMarker', true) : null,
    marker && versionId !== null ? element('DeleteMarkerVersionId', versionId) : null,
  ])
}

function errorElement(entry: Entry, error: S3Error): Xml {
  return element('Error', [
    element('Key', entry.key),
    entry.versionId === null ? null : element('VersionId', entry.versionId),
    element('Code', error.code),
    element('Message', error.message),
  ])
}
