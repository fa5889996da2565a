// Who forms are from: AWS's worked example, and every way in which a form is not one.
import { describe, expect, it } from 'vitest'
import { defaultSettings } from '../../src/auth/settings.ts'
import { boundary, formBody, uploadForm } from '../support/form-body.ts'
import { accessKey, accessKeyId, now, secret } from './doubles.ts'
import { authFields, conditions, policy, post, signedFields } from './form-post.ts'
import { policyFields } from './signers.ts'
import type { Posted } from './form-post.ts'

describe("AWS's worked example of a form", () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
  const text = [
    '{ "expiration": "2015-12-30T12:00:00.000Z",',
    '  "conditions": [',
    '    {"bucket": "sigv4examplebucket"},',
    '    ["starts-with", "$key", "user/user1/"],',
    '    {"acl": "public-read"},',
    '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
    '    ["starts-with", "$Content-Type", "image/"],',
    '    {"x-amz-meta-uuid": "14365123651274"},',
    '    {"x-amz-server-side-encryption": "AES256"},',
    '    ["starts-with", "$x-amz-meta-tag", ""],',
    '',
    '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
    '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
    '    {"x-amz-date": "20151229T000000Z" }',
    '  ]',
    '}',
  ].join('\r\n')
  const form = {
    key: 'user/user1/${filename}',
    acl: 'public-read',
    success_action_redirect: 'http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html',
    'Content-Type': 'image/jpeg',
    'x-amz-meta-uuid': '14365123651274',
    'x-amz-server-side-encryption': 'AES256',
    'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': '20151229T000000Z',
    'x-amz-meta-tag': '',
    Policy: Buffer.from(text).toString('base64'),
    'X-Amz-Signature': '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
  }
  const at = Date.UTC(2015, 11, 29)

  it('has the base64 policy as its string to sign', () => {
    expect(form.Policy).toMatch(/^eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0K/)
  })

  it('is let in until its policy expires', async () => {
    const body = uploadForm(form, 'JPEG', 'MyPhoto.jpg')
    expect(await post({ body, at })).toMatchObject({
      kind: 'account',
      file: 'JPEG',
      fields: { key: 'user/user1/MyPhoto.jpg' },
    })
    expect(await post({ body, at: Date.UTC(2015, 11, 30, 12) })).toMatchObject({
      code: 'AccessDenied',
      message: 'Invalid according to Policy: Policy expired.',
    })
  })

  it('is refused with another signature, and shows what was to be signed', async () => {
    const found = await post({ body: uploadForm({ ...form, 'X-Amz-Signature': '8'.repeat(64) }, 'JPEG'), at })
    expect(found).toMatchObject({
      code: 'SignatureDoesNotMatch',
      StringToSign: form.Policy,
      SignatureProvided: '8'.repeat(64),
    })
    expect(found).not.toHaveProperty('CanonicalRequest')
    expect(JSON.stringify(found)).not.toContain(secret)
  })
})

const argument = (message: string, ArgumentName: string, ArgumentValue?: string) => ({
  code: 'InvalidArgument',
  status: 400,
  message,
  ArgumentName,
  ...(ArgumentValue !== undefined && { ArgumentValue }),
})
const missing = (field: string) =>
  argument(
    `Bucket POST must contain a field named '${field}'.  If it is specified, please check the order of the fields.`,
    field,
    '',
  )
const violated = (problem: string) => ({
  code: 'AccessDenied',
  status: 403,
  message: `Invalid according to Policy: ${problem}`,
})
const malformed = expect.objectContaining({ code: 'MalformedPOSTRequest', status: 400 })

describe.each([2, 4] as const)('a form signed by Version %d', (version) => {
  it('is from its key, with all its fields', async () => {
    const body = uploadForm(
      signedFields(version, { acl: 'private', 'x-amz-meta-Name': 'of ${filename}' }),
      'CONTENT',
      'C:\\dir\\ü.txt',
    )
    expect(await post({ body })).toMatchObject({
      kind: 'account',
      file: 'CONTENT',
      tokens: [null],
      fields: { key: 'user/ü.txt', acl: 'private', 'x-amz-meta-name': 'of ü.txt' },
    })
  })

  it('is from its key while the secret before still counts', async () => {
    const body = uploadForm(signedFields(version), 'CONTENT')
    const rotated = { ...accessKey, secret: 'new', previousSecret: secret }
    expect(await post({ body, key: rotated })).toMatchObject({ kind: 'account' })
    expect(await post({ body, key: { ...rotated, previousSecret: null } })).toMatchObject({
      code: 'SignatureDoesNotMatch',
    })
  })

  it('hands its token to the lookup', async () => {
    const body = uploadForm(signedFields(version, { 'x-amz-security-token': 'TOKEN' }), 'CONTENT')
    expect(await post({ body })).toMatchObject({ tokens: ['TOKEN'] })
  })

  it.each([
    ['an unknown key', { key: null }, 'InvalidAccessKeyId'],
    ['a disabled key', { key: { ...accessKey, disabled: true } }, 'InvalidAccessKeyId'],
    ['another secret', { key: { ...accessKey, secret: 'x' } }, 'SignatureDoesNotMatch'],
  ])('of %s is refused', async (_name, options, code) => {
    expect(await post({ body: uploadForm(signedFields(version), 'CONTENT'), ...options })).toMatchObject({
      code,
      status: 403,
    })
  })

  it.each([
    ['a field more', { 'x-amz-meta-more': '1' }, violated('Extra input fields: x-amz-meta-more')],
    ['another key', { key: 'other' }, violated('Policy Condition failed: ["starts-with", "$key", "user/"]')],
  ])('with %s is refused', async (_name, fields, expected) => {
    expect(await post({ body: uploadForm({ ...signedFields(version), ...fields }, 'CONTENT') })).toEqual(expected)
  })

  it('of another bucket is refused', async () => {
    const fields = {
      key: 'user/a',
      ...policyFields(
        { ...policy(authFields), conditions: [{ bucket: 'other' }, ['starts-with', '$key', ''], ...authFields] },
        version,
      ),
    }
    const found = await post({ body: uploadForm(fields, 'CONTENT') })
    expect(found).toMatchObject({ code: 'AccessDenied' })
  })

  it('with a policy that is none is refused, once its signature is right', async () => {
    const fields = { key: 'user/a', ...policyFields('{}', version) }
    expect(await post({ body: uploadForm(fields, 'CONTENT') })).toEqual({
      code: 'InvalidPolicyDocument',
      status: 400,
      message: 'Invalid Policy: Policy missing expiration.',
    })
  })

  const needed =
    version === 2
      ? ['AWSAccessKeyId', 'policy', 'signature']
      : ['policy', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature']
  it.each(needed)('without %s is refused', async (name) => {
    const fields = Object.fromEntries(
      Object.entries(signedFields(version)).filter(([field]) => field.toLowerCase() !== name.toLowerCase()),
    )
    expect(await post({ body: uploadForm(fields, 'CONTENT') })).toEqual(missing(name))
  })
})

const fields4 = () => signedFields(4)

describe('a form', () => {
  const anonymous = { key: 'user/a' }
  const cases: [name: string, posted: () => Posted, expected: unknown][] = [
    ['without a signature is anonymous', () => ({ body: uploadForm(anonymous, 'CONTENT') }), expect.objectContaining({ kind: 'anonymous', file: 'CONTENT' })],
    ['with a policy and no signature', () => ({ body: uploadForm({ ...anonymous, policy: 'e30=' }, 'x') }), missing('AWSAccessKeyId')],
    ['without a key', () => ({ body: uploadForm({}, 'x') }), missing('key')],
    ['with its key after the file', () => ({ body: formBody([{ name: 'file', value: 'x' }, { name: 'key', value: 'a' }]) }), missing('key')],
    ['with an empty key', () => ({ body: uploadForm({ key: '' }, 'x') }), argument('User key must have a length greater than 0.', 'key', '')],
    ['with a key that becomes empty', () => ({ body: formBody([{ name: 'key', value: '${filename}' }, { name: 'file', value: 'x' }]) }), argument('User key must have a length greater than 0.', 'key', '')],
    ['with two keys', () => ({ body: formBody([{ name: 'key', value: 'a' }, { name: 'KEY', value: 'b' }, { name: 'file', value: 'x' }]) }), argument("Bucket POST must contain no more than one field named 'key'.", 'key', '')],
    ['without a file', () => ({ body: formBody([{ name: 'key', value: 'a' }]) }), argument('POST requires exactly one file upload per request.', 'file', '0')],
    ['signed twice', () => ({ body: uploadForm({ ...fields4(), signature: 'x' }, 'x') }), expect.objectContaining({ code: 'InvalidArgument', ArgumentName: 'Authorization' })],
    ['signed in the header too', () => ({ body: uploadForm(anonymous, 'x'), headers: { authorization: `AWS ${accessKeyId}:x`, date: new Date(now).toUTCString() } }), expect.objectContaining({ code: 'InvalidArgument', ArgumentName: 'Authorization' })],
    ['of another algorithm', () => ({ body: uploadForm({ ...fields4(), 'X-Amz-Algorithm': 'MD5' }, 'x') }), argument('Only AWS4-HMAC-SHA256 is supported', 'X-Amz-Algorithm', 'MD5')],
    ['with a date in another format', () => ({ body: uploadForm({ ...fields4(), 'X-Amz-Date': 'today' }, 'x') }), argument('X-Amz-Date must be formated via ISO8601 Long format', 'X-Amz-Date', 'today')],
    ['with a credential that is none', () => ({ body: uploadForm({ ...fields4(), 'X-Amz-Credential': 'x' }, 'x') }), argument('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".', 'x-amz-credential')],
    ['with a credential of another day', () => ({ body: uploadForm({ ...fields4(), 'X-Amz-Date': '20130523T000000Z' }, 'x') }), argument('Invalid credential date "20130524". This date is not the same as X-Amz-Date: "20130523".', 'x-amz-credential')],
    ['for another region, in strict mode', () => ({ body: uploadForm(fields4(), 'x'), settings: { ...defaultSettings, onlyRegion: 'eu-west-3' } }), { ...argument("the region 'us-east-1' is wrong; expecting 'eu-west-3'", 'x-amz-credential'), Region: 'eu-west-3' }],
    ['of Version 2, where that is off', () => ({ body: uploadForm(signedFields(2), 'x'), settings: { ...defaultSettings, signatureV2: false } }), expect.objectContaining({ code: 'InvalidRequest' })],
    ['without a boundary', () => ({ body: uploadForm(anonymous, 'x'), headers: { 'content-type': 'multipart/form-data' } }), malformed],
    ['with another boundary', () => ({ body: uploadForm(anonymous, 'x'), headers: { 'content-type': 'multipart/form-data; boundary=x' } }), malformed],
    ['that is empty', () => ({ body: new Uint8Array(0) }), malformed],
    ['with too much before its file', () => ({ body: uploadForm({ ...anonymous, 'x-ignore-a': 'x'.repeat(20_480) }, 'x') }), { code: 'MaxPostPreDataLengthExceeded', status: 400, message: 'Your POST request fields preceeding the upload file was too large.', MaxPostPreDataLengthBytes: '20480' }],
    ['whose file never ends', () => ({ body: uploadForm(anonymous, 'x').subarray(0, -20) }), malformed],
    ['with text after the boundary that ends the file', () => ({ body: formBody([{ name: 'key', value: 'a' }, { name: 'file', value: 'x' }], `--${boundary}text`) }), malformed],
    ['with fields and anything else after the file', () => ({ body: formBody([{ name: 'key', value: 'a' }, { name: 'file', value: 'x' }, { name: 'key', value: 'b' }], 'junk') }), expect.objectContaining({ file: 'x', fields: { key: 'a' } })],
    ['without the line end at its end', () => ({ body: uploadForm(anonymous, 'x').subarray(0, -2) }), expect.objectContaining({ file: 'x' })],
    ['with an empty file', () => ({ body: uploadForm(anonymous, '') }), expect.objectContaining({ file: '' })],
  ] // prettier-ignore
  it.each(cases)('%s', async (_name, posted, expected) => {
    expect(await post(posted())).toEqual(expected)
  })

  it('is signed for a week', async () => {
    const late = policyFields({ expiration: '2014-01-01T00:00:00Z', conditions: [...conditions, ...authFields] }, 4)
    const body = uploadForm({ key: 'user/a', ...late }, 'x')
    const week = 7 * 24 * 3_600_000
    expect(await post({ body, at: now + week })).toMatchObject({ kind: 'account' })
    expect(await post({ body, at: now + week + 1000 })).toEqual(violated('Policy expired.'))
  })
})
