// For operations that read the object anyway: the decision that waits for it.
import type { ObjectVersion } from '../shard/rpc.ts'
import type { Context } from './operation.ts'

type Absent = Exclude<Parameters<Context['settle']>[0], { outcome: 'found' }>

/** Throws AccessDenied where this version may not be read, or its absence not be told; before anything of it is told. */
export async function settleVersion(found: { version: ObjectVersion } | Absent, context: Context): Promise<void> {
  if (!('version' in found)) return context.settle(found)
  const { owner, acl, tags, versionId, seq } = found.version
  return context.settle({ outcome: 'found', owner, acl: acl ?? null, tags, versionId, seq })
}
