import { describe, expect, it } from 'vitest'
import { fullPublicAccessBlock, noPublicAccessBlock } from '../../../src/iam/public-access-block.ts'
import { putPublicAccessBlock } from '../../../src/s3/operations/put-public-access-block.ts'
import { configStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?publicAccessBlock'
const document = (inner: string) => ({
  body: `<PublicAccessBlockConfiguration>${inner}</PublicAccessBlockConfiguration>`,
})
const switches = (...on: string[]) => on.map((name) => `<${name}>true</${name}>`).join('')

describe('PutPublicAccessBlock', () => {
  it('needs s3:PutBucketPublicAccessBlock', () => {
    expect(permissionsOf(putPublicAccessBlock, url, document(switches('BlockPublicAcls')))).toEqual([
      's3:PutBucketPublicAccessBlock arn:aws:s3:::photos',
    ])
  })

  it.each([
    [
      switches('BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'),
      fullPublicAccessBlock,
    ],
    [switches('RestrictPublicBuckets'), { ...noPublicAccessBlock, RestrictPublicBuckets: true }],
    ['<BlockPublicPolicy> TRUE </BlockPublicPolicy>', { ...noPublicAccessBlock, BlockPublicPolicy: true }],
    ['<BlockPublicAcls>1</BlockPublicAcls>', { ...noPublicAccessBlock, BlockPublicAcls: true }],
    ['<IgnorePublicAcls>0</IgnorePublicAcls>', noPublicAccessBlock],
    ['<IgnorePublicAcls>False</IgnorePublicAcls>', noPublicAccessBlock],
  ])('stores %s', async (inner, block) => {
    const { stored, store } = configStore()
    expect(await run(putPublicAccessBlock, url, contextWith(store), document(inner))).toEqual({ status: 200 })
    expect(stored).toEqual([['photos', 'publicAccessBlock', JSON.stringify(block)]])
  })

  it.each([
    ['', 'MissingRequestBodyError'],
    ['<Other/>', 'MalformedXML'],
    [document('').body, 'InvalidRequest'],
    [document('<BlockPublicAcls>yes</BlockPublicAcls>').body, 'MalformedXML'],
    [document('<BlockPublicAcls/>').body, 'MalformedXML'],
  ])('refuses the body %j', (body, code) => {
    expect(() => permissionsOf(putPublicAccessBlock, url, { body })).toThrow(expect.objectContaining({ code }))
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    const { store } = configStore('missing')
    const call = run(putPublicAccessBlock, url, contextWith(store), document(switches('BlockPublicAcls')))
    await expect(call).rejects.toMatchObject({ code: 'NoSuchBucket' })
  })
})
