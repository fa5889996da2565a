import { describe, expect, it } from 'vitest'
import { putBucketOwnershipControls } from '../../../src/s3/operations/put-bucket-ownership-controls.ts'
import { bucketRecord, contextWith, ownerId, ownershipStore, permissionsOf, run } from '../../support/bucket-store.ts'
import type { Acl } from '../../../src/iam/acl.ts'

const url = '/photos?ownershipControls'
const rule = (ownership: string) => `<Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule>`
const controls = (...rules: string[]) => ({ body: `<OwnershipControls>${rules.join('')}</OwnershipControls>` })

function putting(acl: Acl | null = null, outcome?: 'missing') {
  const { stored, store } = ownershipStore(outcome)
  const configs: Record<string, string> = acl === null ? {} : { acl: JSON.stringify(acl) }
  const context = contextWith(store, { bucket: bucketRecord({ ownership: 'ObjectWriter', configs }) })
  const put = (ownership: string) => run(putBucketOwnershipControls, url, context, controls(rule(ownership)))
  return { stored, put }
}

describe('PutBucketOwnershipControls', () => {
  it('needs s3:PutBucketOwnershipControls', () => {
    expect(permissionsOf(putBucketOwnershipControls, url, controls(rule('ObjectWriter')))).toEqual([
      's3:PutBucketOwnershipControls arn:aws:s3:::photos',
    ])
  })

  it.each(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'])('stores %s', async (ownership) => {
    const { stored, put } = putting()
    expect(await put(ownership)).toEqual({ status: 200 })
    expect(stored).toEqual([['photos', ownership]])
  })

  it('does not mind space around the name', async () => {
    const { stored, put } = putting()
    await put('\n  ObjectWriter\n')
    expect(stored).toEqual([['photos', 'ObjectWriter']])
  })

  it.each([
    ['', 'MissingRequestBodyError'],
    ['<Other/>', 'MalformedXML'],
    [controls().body, 'MalformedXML'],
    [controls(rule('Nobody')).body, 'MalformedXML'],
    [controls('<Rule/>').body, 'MalformedXML'],
    [controls(rule('ObjectWriter'), rule('ObjectWriter')).body, 'MalformedXML'],
  ])('refuses the body %j', (body, code) => {
    expect(() => permissionsOf(putBucketOwnershipControls, url, { body })).toThrow(expect.objectContaining({ code }))
  })

  it.each<[string, Acl, boolean]>([
    ['a group', [{ grantee: { group: 'AllUsers' }, permission: 'READ' }], true],
    ['those who write logs', [{ grantee: { group: 'LogDelivery' }, permission: 'WRITE' }], true],
    ['another account', [{ grantee: { canonicalId: 'b' }, permission: 'READ' }], true],
    ['less to the owner', [{ grantee: { canonicalId: ownerId }, permission: 'READ' }], false],
    ['nobody', [], false],
  ])('disables no ACLs while the bucket’s own grants something to others: %s', async (_, acl, isRefused) => {
    const { stored, put } = putting(acl)
    if (isRefused) {
      const error = { code: 'InvalidBucketAclWithObjectOwnership', status: 400 }
      await expect(put('BucketOwnerEnforced')).rejects.toMatchObject(error)
    } else await put('BucketOwnerEnforced')
    await put('BucketOwnerPreferred')
    expect(stored.length).toBe(isRefused ? 1 : 2)
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    await expect(putting(null, 'missing').put('ObjectWriter')).rejects.toMatchObject({ code: 'NoSuchBucket' })
  })
})
