import { describe, expect, it } from 'vitest'
import { noPublicAccessBlock } from '../../../src/iam/public-access-block.ts'
import { getAccountPublicAccessBlock } from '../../../src/s3/operations/get-account-public-access-block.ts'
import { contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/v20180820/111111111111'

describe('GetAccountPublicAccessBlock', () => {
  it('needs s3:GetAccountPublicAccessBlock', () => {
    expect(permissionsOf(getAccountPublicAccessBlock, url)).toEqual(['s3:GetAccountPublicAccessBlock *'])
  })

  it("gives the account's settings as S3 Control writes them", async () => {
    const stored = JSON.stringify({ ...noPublicAccessBlock, BlockPublicPolicy: true })
    const context = contextWith({ accountPublicAccessBlock: async () => stored })
    expect((await run(getAccountPublicAccessBlock, url, context)).body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<PublicAccessBlockConfiguration xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">' +
        '<BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls>' +
        '<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets>' +
        '</PublicAccessBlockConfiguration>',
    )
  })

  it('answers NoSuchPublicAccessBlockConfiguration where there are none', async () => {
    const context = contextWith({ accountPublicAccessBlock: async () => null })
    await expect(run(getAccountPublicAccessBlock, url, context)).rejects.toMatchObject({
      code: 'NoSuchPublicAccessBlockConfiguration',
      fields: { AccountId: '111111111111' },
    })
  })

  it.each([
    ['another account', '/v20180820/222222222222', {}],
    ['nobody', url, { identity: { kind: 'anonymous' as const } }],
  ])('is not for %s', async (_, path, facts) => {
    const call = run(getAccountPublicAccessBlock, path, contextWith({}, facts))
    await expect(call).rejects.toMatchObject({ code: 'AccessDenied' })
  })
})
