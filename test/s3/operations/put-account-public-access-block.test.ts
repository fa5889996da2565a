import { describe, expect, it } from 'vitest'
import { noPublicAccessBlock } from '../../../src/iam/public-access-block.ts'
import { putAccountPublicAccessBlock } from '../../../src/s3/operations/put-account-public-access-block.ts'
import { accountBlockStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/v20180820/111111111111'
const document = {
  body: '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
}

describe('PutAccountPublicAccessBlock', () => {
  it('needs s3:PutAccountPublicAccessBlock', () => {
    expect(permissionsOf(putAccountPublicAccessBlock, url, document)).toEqual(['s3:PutAccountPublicAccessBlock *'])
  })

  it("stores the account's settings", async () => {
    const { stored, store } = accountBlockStore()
    expect(await run(putAccountPublicAccessBlock, url, contextWith(store), document)).toEqual({ status: 201 })
    expect(stored).toEqual([['111111111111', JSON.stringify({ ...noPublicAccessBlock, BlockPublicAcls: true })]])
  })

  it('stores nothing for another account', async () => {
    const { stored, store } = accountBlockStore()
    const call = run(putAccountPublicAccessBlock, '/v20180820/222222222222', contextWith(store), document)
    await expect(call).rejects.toMatchObject({ code: 'AccessDenied' })
    expect(stored).toEqual([])
  })

  it('refuses what is no configuration', () => {
    expect(() => permissionsOf(putAccountPublicAccessBlock, url, { body: '<Other/>' })).toThrow(
      expect.objectContaining({ code: 'MalformedXML' }),
    )
  })
})
