// Objects that a statement reads beside the one that is queried: `JOIN "bucket/key" t`.
import { noSuchBucket } from '../outcomes.ts'
import { isRequesterCharged } from '../request-payment.ts'
import { openOther, type StoredObject } from './object-source.ts'
import type { Context } from '../operation.ts'

/** Opens one, if the requester may read it. Throws the errors of GetObject. */
export async function openJoined(
  { bucket: name, key }: { bucket: string; key: string },
  headers: Headers,
  context: Context,
): Promise<StoredObject> {
  const bucket = await context.store.bucket(name)
  if (bucket === null) throw noSuchBucket(name)
  isRequesterCharged(headers, { identity: context.identity, bucket })
  return openOther({ bucket, key, versionId: null, ahead: false }, context)
}
