// What PutObjectTagging and DeleteObjectTagging share.
import { absenceError, writeError } from './outcomes.ts'
import type { Context } from './operation.ts'

/** Replaces the tags of an object (null: removes them); gives the version changed. Throws S3Error. */
export async function setTags(
  object: { key: string; versionId: string | null },
  tags: Record<string, string> | null,
  context: Context,
): Promise<string> {
  const { store, bucket } = context
  const { key, versionId } = object
  const result = await store.setTags(bucket, { key, versionId, tags })
  switch (result.outcome) {
    case 'missing':
    case 'no-such-version':
    case 'delete-marker':
      throw await absenceError(result, context, { key, versionId, method: tags === null ? 'DELETE' : 'PUT' })
    case 'bucket-gone':
    case 'catalog-unavailable':
      throw writeError(result, { bucket: bucket.name, key })
    case 'written':
  }
  return result.versionId
}
