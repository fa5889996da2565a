// For sub-resources of objects: the version they are about.
import { absenceError } from './outcomes.ts'
import type { ObjectVersion } from '../shard/rpc.ts'
import type { Context } from './operation.ts'

/** The version, without its bytes. Throws NoSuchKey, NoSuchVersion or MethodNotAllowed (a delete marker, by its id). */
export async function existingVersion(
  context: Context,
  wanted: { key: string; versionId: string | null },
): Promise<ObjectVersion> {
  const { bucket, store } = context
  const command = { ...wanted, range: null, ifRange: null, partNumber: null, body: false }
  const result = await store.open(bucket, command)
  switch (result.outcome) {
    case 'found':
    case 'range-unsatisfiable':
    case 'part-out-of-range':
      return result.version
    case 'missing':
    case 'no-such-version':
    case 'delete-marker':
  }
  throw await absenceError(result, context, wanted)
}
