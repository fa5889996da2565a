import { describe, expect, it } from 'vitest'
import { putBucketTagging } from '../../../src/s3/operations/put-bucket-tagging.ts'
import { configStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?tagging'
const tag = (key: string, value = 'v') => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`
const tagging = (...tags: string[]) => `<Tagging><TagSet>${tags.join('')}</TagSet></Tagging>`
const many = (count: number) => tagging(...Array.from({ length: count }, (_, index) => tag(`key ${index}`)))

async function put(body: string) {
  const { stored, store } = configStore()
  const { status } = await run(putBucketTagging, url, contextWith(store), { method: 'PUT', body })
  return { status, stored }
}

describe('PutBucketTagging', () => {
  it('needs s3:PutBucketTagging', () => {
    const request = { body: tagging(tag('a')) }
    expect(permissionsOf(putBucketTagging, url, request)).toEqual(['s3:PutBucketTagging arn:aws:s3:::photos'])
  })

  it.each([
    [tagging(tag('a', '1'), tag('ключ', '')), '{"a":"1","ключ":""}'],
    [tagging(), null],
  ])('stores %s as %s', async (body, config) => {
    expect(await put(body)).toEqual({ status: 204, stored: [['photos', 'tagging', config]] })
  })

  it('takes 50 tags', async () => {
    expect(Object.keys(JSON.parse((await put(many(50))).stored[0]?.[2] ?? '') as object)).toHaveLength(50)
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    const { store } = configStore('missing')
    const error = { code: 'NoSuchBucket', status: 404, fields: { BucketName: 'photos' } }
    await expect(
      run(putBucketTagging, url, contextWith(store), { method: 'PUT', body: tagging(tag('a')) }),
    ).rejects.toMatchObject(error)
  })

  it.each([
    ['', 'MissingRequestBodyError'],
    ['<Tags/>', 'MalformedXML'],
    ['<Tagging/>', 'MalformedXML'],
    [tagging('<Tag><Key>a</Key></Tag>'), 'MalformedXML'],
    [many(51), 'InvalidTag'],
    [tagging(tag('a'), tag('a')), 'InvalidTag'],
    [tagging(tag('')), 'InvalidTag'],
    [tagging(tag('a,b')), 'InvalidTag'],
    [tagging(tag('a', 'b,c')), 'InvalidTag'],
    [tagging(tag('aws:a')), 'InvalidTag'],
    [tagging(tag('k'.repeat(129))), 'InvalidTag'],
    [tagging(tag('k', 'v'.repeat(257))), 'InvalidTag'],
  ])('refuses %s', (body, code) => {
    expect(() => permissionsOf(putBucketTagging, url, { body })).toThrow(expect.objectContaining({ code }))
  })
})
