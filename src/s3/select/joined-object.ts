// Objects that a statement joins with the one that is queried: `JOIN "bucket/key" t`.
import { S3Error } from '../../errors.ts'
import { noSuchBucket } from '../outcomes.ts'
import { isRequesterCharged } from '../request-payment.ts'
import { openOther, type StoredObject } from './object-source.ts'
import type { Context } from '../operation.ts'

/**
 * Opens one, if the requester may read it. Throws the errors of GetObject, and InvalidDataSource for what is no
 * `bucket/key`.
 */
export async function openJoined(name: string, headers: Headers, context: Context): Promise<StoredObject> {
  const slash = name.indexOf('/')
  if (slash <= 0 || slash === name.length - 1) {
    throw new S3Error('InvalidDataSource', { message: `A joined object is named "bucket/key", not "${name}".` })
  }
  const bucket = await context.store.bucket(name.slice(0, slash))
  if (bucket === null) throw noSuchBucket(name.slice(0, slash))
  isRequesterCharged(headers, { identity: context.identity, bucket })
  return openOther({ bucket, key: name.slice(slash + 1), versionId: null, ahead: false }, context)
}
