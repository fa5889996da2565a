// Objects that a statement reads beside the one that is queried: `JOIN "bucket/key" t`.
import { S3Error } from '../../errors.ts'
import { noSuchBucket } from '../outcomes.ts'
import { isRequesterCharged } from '../request-payment.ts'
import { openOther, type StoredObject } from './object-source.ts'
import type { Context } from '../operation.ts'

interface JoinedObject {
  bucket: string
  key: string
}

/** Opens one, if the requester may read it. Throws the errors of GetObject, with the object's name. */
export async function openJoined(object: JoinedObject, headers: Headers, context: Context): Promise<StoredObject> {
  try {
    const { bucket: name, key } = object
    const bucket = await context.store.bucket(name)
    if (bucket === null) throw noSuchBucket(name)
    isRequesterCharged(headers, { identity: context.identity, bucket })
    return await openOther({ bucket, key, versionId: null, ahead: false }, context)
  } catch (error) {
    throw error instanceof S3Error ? naming(object, error) : error
  }
}

/** The request names another object; what an answer's headers tell would be taken for that one's. */
function naming({ bucket, key }: JoinedObject, error: S3Error): S3Error {
  const { code, fields } = error
  return new S3Error(code, {
    message: `${error.message} (${bucket}/${key}, which the statement reads)`,
    fields: { ...fields, BucketName: bucket, Key: key },
    cause: error,
    ...(error.reason !== undefined && { reason: error.reason }),
  })
}
