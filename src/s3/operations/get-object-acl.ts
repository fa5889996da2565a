import { objectArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { absenceError } from '../outcomes.ts'
import { bucketOwner, objectOwner } from '../owners.ts'
import { shownAcl } from '../shown-acl.ts'
import { versionHeader, versionIdOf } from '../version-id.ts'

/**
 * GetObjectAcl: the list of an object or of one version; where ACLs are disabled, full control of the bucket's owner.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
 */
export const getObjectAcl = defineOperation({
  name: 'GetObjectAcl',
  route: { method: 'GET', level: 'object', query: { acl: true } },
  settles: true,

  parse({ address, query }) {
    return { bucket: address.bucket, key: address.key, versionId: versionIdOf(query) }
  },

  permissions({ bucket, key, versionId }) {
    const action = versionId === null ? 's3:GetObjectAcl' : 's3:GetObjectVersionAcl'
    return [{ action, resource: objectArn(bucket, key) }]
  },

  async handle({ key, versionId }, context) {
    const { store, bucket } = context
    const facts = await store.objectFacts(bucket, { key, versionId })
    await context.settle(facts)
    if (facts.outcome !== 'found') throw await absenceError(facts, context, { key, versionId })
    const owner = (await objectOwner(context, facts.owner)) ?? bucketOwner(bucket)
    return {
      status: 200,
      headers: versionHeader(bucket, facts.versionId),
      body: await shownAcl(owner, facts.acl, context),
    }
  },
})
