import { describe, expect, it } from 'vitest'
import { deleteAccountPublicAccessBlock } from '../../../src/s3/operations/delete-account-public-access-block.ts'
import { accountBlockStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/v20180820/111111111111'

describe('DeleteAccountPublicAccessBlock', () => {
  it('needs s3:PutAccountPublicAccessBlock', () => {
    expect(permissionsOf(deleteAccountPublicAccessBlock, url)).toEqual(['s3:PutAccountPublicAccessBlock *'])
  })

  it("removes the account's settings, and no other's", async () => {
    const { stored, store } = accountBlockStore()
    expect(await run(deleteAccountPublicAccessBlock, url, contextWith(store))).toEqual({ status: 204 })
    const call = run(deleteAccountPublicAccessBlock, '/v20180820/222222222222', contextWith(store))
    await expect(call).rejects.toMatchObject({ code: 'AccessDenied' })
    expect(stored).toEqual([['111111111111', null]])
  })
})
