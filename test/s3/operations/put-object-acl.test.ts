import { S3Error } from '../../../src/errors.ts'
import { describe, expect, it } from 'vitest'
import { cannedAcl } from '../../../src/iam/acl.ts'
import { putObjectAcl } from '../../../src/s3/operations/put-object-acl.ts'
import { bucketRecord, contextWith, foundFacts, ownerId, permissionsOf, run } from '../../support/bucket-store.ts'
import type { AclOutcome } from '../../../src/shard/rpc.ts'
import type { AclRequest, Store } from '../../../src/store/store.ts'

const url = '/photos/a.jpg?acl'
const canned = (name: string) => ({ method: 'PUT' as const, headers: { 'x-amz-acl': name } })
const writer = { bucket: bucketRecord({ ownership: 'ObjectWriter' }) }

/** A store that answers setAcl with these in turn, the last one again and again. */
function settingAcl(...outcomes: AclOutcome[]) {
  const asked: AclRequest[] = []
  const store: Partial<Store> = {
    ...foundFacts({ owner: '222222222222', versionId: 'v1', seq: 7 }),
    owner: async () => ({ canonicalId: 'bob-id', displayName: 'bob' }),
    async setAcl(_, request) {
      asked.push(request)
      return outcomes[asked.length - 1] ?? outcomes.at(-1) ?? { outcome: 'written', versionId: 'v1' }
    },
  }
  return { asked, store }
}

describe('PutObjectAcl', () => {
  it('needs s3:PutObjectAcl, or s3:PutObjectVersionAcl with a version', () => {
    expect(permissionsOf(putObjectAcl, url, canned('private'))).toEqual(['s3:PutObjectAcl arn:aws:s3:::photos/a.jpg'])
    expect(permissionsOf(putObjectAcl, `${url}&versionId=v1`, canned('private'))).toEqual([
      's3:PutObjectVersionAcl arn:aws:s3:::photos/a.jpg',
    ])
  })

  it('makes the list for the owner of the object and stores it with that version alone', async () => {
    const { asked, store } = settingAcl()
    await run(putObjectAcl, url, contextWith(store, writer), canned('bucket-owner-read'))
    await run(putObjectAcl, `${url}&versionId=v1`, contextWith(store, writer), canned('private'))
    const acl = cannedAcl('bucket-owner-read', 'object', { owner: 'bob-id', bucketOwner: ownerId })
    expect(asked).toEqual([
      { key: 'a.jpg', versionId: null, acl, seq: 7 },
      { key: 'a.jpg', versionId: 'v1', acl: null, seq: 7 },
    ])
  })

  it('names the version where there are versions', async () => {
    const { store } = settingAcl()
    const bucket = bucketRecord({ ownership: 'ObjectWriter', versioning: 'enabled' })
    const answer = { status: 200, headers: { 'x-amz-version-id': 'v1' } }
    expect(await run(putObjectAcl, url, contextWith(store, { bucket }), canned('public-read'))).toEqual(answer)
  })

  it('begins again when another object has taken its place, and gives up in the end', async () => {
    const changed: AclOutcome = { outcome: 'changed' }
    const twice = settingAcl(changed, changed, { outcome: 'written', versionId: 'v2' })
    await run(putObjectAcl, url, contextWith(twice.store, writer), canned('public-read'))
    expect(twice.asked.length).toBe(3)
    const ever = settingAcl(changed)
    const call = run(putObjectAcl, url, contextWith(ever.store, writer), canned('public-read'))
    await expect(call).rejects.toMatchObject({ code: 'OperationAborted', status: 409 })
    expect(ever.asked.length).toBe(3)
  })

  it('changes no object whose list may not be written, whichever took its place', async () => {
    const { asked, store } = settingAcl({ outcome: 'changed' })
    let judged = 0
    const settle = () => (judged++ === 0 ? Promise.resolve() : Promise.reject(new S3Error('AccessDenied')))
    const call = run(putObjectAcl, url, contextWith(store, { ...writer, settle }), canned('public-read'))
    await expect(call).rejects.toMatchObject({ code: 'AccessDenied' })
    expect([judged, asked.length]).toEqual([2, 1])
  })

  it.each<[AclOutcome, string]>([
    [{ outcome: 'missing' }, 'NoSuchKey'],
    [{ outcome: 'no-such-version' }, 'NoSuchVersion'],
    [{ outcome: 'delete-marker', versionId: 'm', modified: 0, named: true }, 'MethodNotAllowed'],
    [{ outcome: 'bucket-gone' }, 'NoSuchBucket'],
    [{ outcome: 'catalog-unavailable' }, 'SlowDown'],
  ])('answers %j', async (outcome, code) => {
    const { store } = settingAcl(outcome)
    const call = run(putObjectAcl, url, contextWith(store, writer), canned('public-read'))
    await expect(call).rejects.toMatchObject({ code })
  })

  it.each(['private', 'bucket-owner-full-control'])(
    'accepts %s where ACLs are disabled, storing nothing',
    async (name) => {
      const context = contextWith(foundFacts({ versionId: 'v1' }), { bucket: bucketRecord({ versioning: 'enabled' }) })
      const answer = { status: 200, headers: { 'x-amz-version-id': 'v1' } }
      expect(await run(putObjectAcl, url, context, canned(name))).toEqual(answer)
    },
  )

  it('refuses public-read where ACLs are disabled', async () => {
    const call = run(putObjectAcl, url, contextWith(foundFacts()), canned('public-read'))
    await expect(call).rejects.toMatchObject({ code: 'AccessControlListNotSupported' })
  })

  it('answers NoSuchKey for a missing object, and MethodNotAllowed for PUT of a delete marker', async () => {
    const missing = contextWith({ objectFacts: async () => ({ outcome: 'missing' }) })
    await expect(run(putObjectAcl, url, missing, canned('private'))).rejects.toMatchObject({ code: 'NoSuchKey' })
    const marker = { outcome: 'delete-marker' as const, versionId: 'm', modified: 0, named: true }
    const call = run(putObjectAcl, url, contextWith({ objectFacts: async () => marker }), canned('private'))
    await expect(call).rejects.toMatchObject({ code: 'MethodNotAllowed', fields: { Method: 'PUT' } })
  })
})
