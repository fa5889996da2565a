import { S3Error } from '../../errors.ts'
import { aclsEnabled } from '../../iam/acl.ts'
import { objectArn } from '../../iam/permission.ts'
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
  body: 'xml',
  settles: true,

  parse(request): Input {
    const { bucket, key } = request.address
    return { bucket, key, versionId: versionIdOf(request.query), acl: aclOfRequest(request, 'object') }
  },

  permissions(input) {
    return [permissionOf(input)]
  },

  async handle(input, context) {
    const { key, versionId, acl: wanted } = input
    const { store, bucket } = context
    const facts = await store.objectFacts(bucket, { key, versionId })
    await context.settle(facts)
    if (facts.outcome !== 'found') throw await absenceError(facts, context, { key, versionId, method: 'PUT' })
    const { canonicalId } = (await objectOwner(context, facts.owner)) ?? bucketOwner(bucket)
    const owners = { owner: canonicalId, bucketOwner: bucket.canonicalId }
    const acl = await storableAcl(wanted, { level: 'object', ...owners, permission: permissionOf(input) }, context)
    const written = { status: 200, headers: versionHeader(bucket, facts.versionId) }
    // Where ACLs are disabled a list put before stays, for the day they are enabled again.
    if (!aclsEnabled(bucket.ownership)) return written
    const result = await store.setAcl(bucket, { key, versionId, acl, seq: facts.seq })
    if (result.outcome !== 'written') throw await refusal(result, input, context)
    return written
  },
})

function permissionOf({ bucket, key, versionId }: Input): Permission {
  const action = versionId === null ? 's3:PutObjectAcl' : 's3:PutObjectVersionAcl'
  return { action, resource: objectArn(bucket, key) }
}

async function refusal(
  result: Exclude<AclOutcome, { outcome: 'written' }>,
  { bucket, key, versionId }: Input,
  context: Context,
): Promise<S3Error> {
  switch (result.outcome) {
    case 'changed':
      // Whoever asks is judged anew by the object that is there now, and the list is made for its owner.
      return new S3Error('SlowDown', { reason: 'The object was replaced while its list was made' })
    case 'missing':
    case 'no-such-version':
    case 'delete-marker':
      return absenceError(result, context, { key, versionId, method: 'PUT' })
    case 'bucket-gone':
    case 'catalog-unavailable':
  }
  return writeError(result, { bucket, key })
}
