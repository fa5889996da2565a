// What PutObjectTagging and DeleteObjectTagging share.
import { S3Error } from '../errors.ts'
import { absenceError, writeError } from './outcomes.ts'
import type { Permission } from '../iam/permission.ts'
import type { TagsOutcome } from '../shard/rpc.ts'
import type { Context } from './operation.ts'

/** The object or version, and what its tags are to be (null: none). */
interface Tagged {
  key: string
  versionId: string | null
  tags: Record<string, string> | null
}

/** Replaces the tags of an object once it is settled that it may be done; gives the version changed. Throws S3Error. */
export async function setTags(tagged: Tagged, permission: Permission, context: Context): Promise<string> {
  const { key, versionId, tags } = tagged
  const { bucket } = context
  const result = await setJudged(tagged, permission, context)
  switch (result.outcome) {
    case 'missing':
    case 'no-such-version':
    case 'delete-marker':
      throw await absenceError(result, context, { key, versionId, method: tags === null ? 'DELETE' : 'PUT' })
    case 'bucket-gone':
    case 'catalog-unavailable':
      throw writeError(result, { bucket: bucket.name, key })
    case 'changed':
      throw new S3Error('SlowDown', { reason: 'Another object took the place of the one that was judged' })
    case 'written':
  }
  return result.versionId
}

/** Without looking first where the bucket's owner owns the object; where another does, by what there is. */
async function setJudged(tagged: Tagged, permission: Permission, context: Context): Promise<TagsOutcome> {
  const { key, versionId, tags } = tagged
  const { store, bucket } = context
  const object = { key, versionId, tags }
  const result = await store.setTags(bucket, { ...object, basis: await context.judge(bucket, [permission]) })
  if (result.outcome !== 'changed') return result
  return store.setTags(bucket, { ...object, basis: await context.judge(bucket, [permission], 'again') })
}
