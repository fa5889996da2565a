// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
import { describe, expect, it } from 'vitest'
import { postObject } from '../../../src/s3/operations/post-object.ts'
import { answerOf, bucketOf, errorOf, permissionsOf, storeOf, xmlOf } from '../../support/operation-call.ts'
import type { PutOptions } from '../../../src/store/store.ts'

const written = { outcome: 'written' as const, etag: 'abc', size: 3, versionId: 'v1', modified: 0, checksum: null }

/** A store that writes, and what it was told. */
function storing() {
  const calls: { key: string; options: PutOptions }[] = []
  const store = storeOf({
    put: (_bucket, key, _body, options) => {
      calls.push({ key, options })
      return Promise.resolve(written)
    },
  })
  return { store, calls }
}

const tagging = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>'
const call = (form: Record<string, string>) => ({ form: { key: 'a/b', ...form }, store: storing().store })

describe('permissions', () => {
  const on = 'arn:aws:s3:::bucket/a/b'
  it.each([
    [{}, [`s3:PutObject ${on}`]],
    [{ acl: 'private' }, [`s3:PutObject ${on}`, `s3:PutObjectAcl ${on}`]],
    [{ tagging }, [`s3:PutObject ${on}`, `s3:PutObjectTagging ${on}`]],
    [{ tagging: '<Tagging><TagSet></TagSet></Tagging>' }, [`s3:PutObject ${on}`]],
    [{ acl: 'public-read' }, [`s3:PutObject ${on}`, `s3:PutObjectAcl ${on}`]],
    [{ 'x-amz-grant-read': 'id=x' }, [`s3:PutObject ${on}`, `s3:PutObjectAcl ${on}`]],
  ])('for %j', (form, expected) => {
    expect(permissionsOf(postObject, call(form))).toEqual(expected)
  })

  it('for a body that is no form are those of any key', () => {
    expect(permissionsOf(postObject, {})).toEqual(['s3:PutObject arn:aws:s3:::bucket/*'])
  })
})

describe('what is stored', () => {
  it('is what the fields say', async () => {
    const { store, calls } = storing()
    const form = {
      key: 'a/${b}',
      'content-type': 'image/png',
      'cache-control': 'no-cache',
      'content-disposition': 'inline',
      'content-encoding': 'gzip',
      'content-language': 'de',
      expires: 'never',
      'x-amz-meta-name': 'Zoë 中',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-website-redirect-location': '/there',
      'x-amz-signature': 'S',
      policy: 'P',
      tagging,
      submit: 'Upload',
    }
    await answerOf(postObject, { form, store })
    expect(calls).toEqual([
      {
        key: 'a/${b}',
        options: {
          headers: {
            'content-type': 'image/png',
            'cache-control': 'no-cache',
            'content-disposition': 'inline',
            'content-encoding': 'gzip',
            'content-language': 'de',
            expires: 'never',
            'x-amz-meta-name': 'Zoë 中',
            'x-amz-website-redirect-location': '/there',
          },
          tags: { a: '1' },
          storageClass: 'STANDARD_IA',
          owner: '111122223333',
          conditions: null,
        },
      },
    ])
  })

  it('has the type of bytes without one, and belongs to the bucket when nobody signed', async () => {
    const { store, calls } = storing()
    await answerOf(postObject, { form: { key: 'a' }, store, identity: { kind: 'anonymous' } })
    expect(calls[0]?.options).toMatchObject({
      headers: { 'content-type': 'binary/octet-stream' },
      storageClass: 'STANDARD',
      owner: '111122223333',
    })
  })
})

describe('the answer', () => {
  const location = 'http://127.0.0.1:9000/bucket/a%2Fb'
  const headers = { etag: '"abc"', location }
  it.each([
    [{}, 204],
    [{ success_action_status: '204' }, 204],
    [{ success_action_status: '404' }, 204],
    [{ success_action_status: '' }, 204],
    [{ success_action_status: '200' }, 200],
    [{ success_action_redirect: 'nowhere' }, 204],
    [{ success_action_redirect: 'javascript:alert(1)', success_action_status: '200' }, 200],
  ])('to %j is %d without a body', async (form, status) => {
    expect(await answerOf(postObject, call(form))).toEqual({ status, headers })
  })

  it('to success_action_status 201 is a document', async () => {
    const answer = await answerOf(postObject, call({ success_action_status: '201' }))
    expect(answer).toMatchObject({ status: 201, headers })
    expect(await xmlOf(answer)).toBe(
      `<PostResponse><Location>${location}</Location><Bucket>bucket</Bucket><Key>a/b</Key><ETag>&quot;abc&quot;</ETag></PostResponse>`,
    )
  })

  it.each([
    [{ success_action_redirect: 'https://a.example/done' }, 'https://a.example/done?bucket=bucket&key=a%2Fb&etag=%22abc%22'],
    [{ success_action_redirect: 'http://a.example/?x=1#top' }, 'http://a.example/?x=1&bucket=bucket&key=a%2Fb&etag=%22abc%22#top'],
    [{ redirect: 'https://a.example/done' }, 'https://a.example/done?bucket=bucket&key=a%2Fb&etag=%22abc%22'],
    [{ redirect: 'https://b.example/', success_action_redirect: 'https://a.example/', success_action_status: '201' }, 'https://a.example/?bucket=bucket&key=a%2Fb&etag=%22abc%22'],
    [{ success_action_redirect: 'https://a.example/\r\nx-forged: 1' }, 'https://a.example/x-forged:%201?bucket=bucket&key=a%2Fb&etag=%22abc%22'],
  ])('to %j is a redirect', async (form, to) => {
    expect(await answerOf(postObject, call(form))).toEqual({ status: 303, headers: { etag: '"abc"', location: to } })
  }) // prettier-ignore

  it('names the version where there are versions', async () => {
    const bucket = bucketOf({ versioning: 'enabled' })
    expect((await answerOf(postObject, { ...call({}), bucket })).headers).toMatchObject({ 'x-amz-version-id': 'v1' })
  })
})

describe('what is refused', () => {
  it.each([
    ['an unknown storage class', { 'x-amz-storage-class': 'ICE' }, 'InvalidStorageClass'],
    ['an unknown ACL', { acl: 'public-ready' }, 'InvalidArgument'],
    ['an ACL where there are none', { acl: 'public-read' }, 'AccessControlListNotSupported'],
    ['tags that are no document', { tagging: 'a=1' }, 'MalformedXML'],
    ['a tag that is none', { tagging: tagging.replace('<Key>a', '<Key>aws:a') }, 'InvalidTag'],
    ['too much metadata', { 'x-amz-meta-a': 'x'.repeat(3000) }, 'MetadataTooLarge'],
    ['metadata with a line break', { 'x-amz-meta-a': 'a\nb' }, 'InvalidArgument'],
    ['a header with a line break', { 'content-type': 'a\r\nb' }, 'InvalidArgument'],
    ['a name no header can have', { 'x-amz-meta-a b': 'c' }, 'InvalidArgument'],
    ['a key that is too long', { key: 'x'.repeat(1025) }, 'KeyTooLongError'],
    ['a key with a NUL', { key: 'a\0b' }, 'InvalidURI'],
    ['object lock in a bucket without', { 'x-amz-object-lock-legal-hold': 'ON' }, 'InvalidRequest'],
    ['a redirect to nowhere', { 'x-amz-website-redirect-location': 'x' }, 'InvalidRedirectLocation'],
  ])('%s', async (_name, form, code) => {
    expect(await errorOf(postObject, call(form))).toMatchObject({ code })
  })

  it('an encryption, by the pipeline, as for every write', () => {
    expect(postObject.refuses).toContain('x-amz-server-side-encryption')
  })

  it('a body that is no form', async () => {
    expect(await errorOf(postObject, {})).toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
      fields: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' },
    })
  })

  it.each([
    [{ outcome: 'bucket-gone' as const }, 'NoSuchBucket'],
    [{ outcome: 'catalog-unavailable' as const }, 'SlowDown'],
    [{ outcome: 'lease-lost' as const }, 'RequestTimeout'],
  ])('as the store says: %j', async (outcome, code) => {
    const store = storeOf({ put: () => Promise.resolve(outcome) })
    expect(await errorOf(postObject, { form: { key: 'a' }, store })).toMatchObject({ code })
  })
})
