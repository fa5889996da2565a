import { S3Error } from '../../errors.ts'
import { aclsEnabled } from '../../iam/acl.ts'
import { objectArn } from '../../iam/permission.ts'
import { aclAttemptsMax } from '../../limits.ts'
import { defineOperation } from '../operation.ts'
import { absenceError, writeError } from '../outcomes.ts'
import { bucketOwner, objectOwner } from '../owners.ts'
import { aclOfRequest } from '../requested-acl.ts'
import { versionHeader, versionIdOf } from '../version-id.ts'
import { storableAcl } from '../written-acl.ts'
import type { Permission } from '../../iam/permission.ts'
import type { AclOutcome } from '../../shard/rpc.ts'
import type { Context } from '../operation.ts'
import type { RequestedAcl } from '../requested-acl.ts'

interface Input {
  bucket: string
  key: string
  versionId: string | null
  acl: Exclude<RequestedAcl, { kind: 'none' }>
}

/**
 * PutObjectAcl: replace the list of an object or of one version by a canned one, by the grants of headers, or by a
 * document. The object's owner stays, and so does its Last-Modified.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
 *
 * Differs from AWS: where ACLs are disabled, the bucket's own account may ask for `private`, which is what is so already.
 */
export const putObjectAcl = defineOperation({
  name: 'PutObjectAcl',
  route: { method: 'PUT', level: 'object', query: { acl: true } },
  settles: true,
  body: 'xml',

  parse(request): Input {
    const { bucket, key } = request.address
    return { bucket, key, versionId: versionIdOf(request.query), acl: aclOfRequest(request, 'object') }
  },

  permissions(input) {
    return [permissionOf(input)]
  },

  async handle(input, context) {
    for (let attempts = 1; ; attempts++) {
      const result = await attempt(input, context)
      if (result.outcome === 'written') {
        return { status: 200, headers: versionHeader(context.bucket, result.versionId) }
      }
      // A new object took the place of the one whose owner the list was made for.
      if (attempts === aclAttemptsMax) throw new S3Error('OperationAborted')
    }
  },
})

function permissionOf({ bucket, key, versionId }: Input): Permission {
  const action = versionId === null ? 's3:PutObjectAcl' : 's3:PutObjectVersionAcl'
  return { action, resource: objectArn(bucket, key) }
}

async function attempt(
  input: Input,
  context: Context,
): Promise<Extract<AclOutcome, { outcome: 'written' | 'changed' }>> {
  const { key, versionId, acl: wanted } = input
  const { store, bucket } = context
  const facts = await store.objectFacts(bucket, { key, versionId })
  await context.settle(facts)
  if (facts.outcome !== 'found') throw await absenceError(facts, context, { key, versionId, method: 'PUT' })
  const { canonicalId } = (await objectOwner(context, facts.owner)) ?? bucketOwner(bucket)
  const owners = { owner: canonicalId, bucketOwner: bucket.canonicalId }
  const acl = await storableAcl(wanted, { level: 'object', ...owners, permission: permissionOf(input) }, context)
  // Where ACLs are disabled a list put before stays, for the day they are enabled again.
  if (!aclsEnabled(bucket.ownership)) return { outcome: 'written', versionId: facts.versionId }
  const result = await store.setAcl(bucket, { key, versionId, acl, seq: facts.seq })
  switch (result.outcome) {
    case 'written':
    case 'changed':
      return result
    case 'missing':
    case 'no-such-version':
    case 'delete-marker':
      throw await absenceError(result, context, { key, versionId, method: 'PUT' })
    case 'bucket-gone':
    case 'catalog-unavailable':
  }
  throw writeError(result, { bucket: bucket.name, key })
}
