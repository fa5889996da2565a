import { describe, expect, it } from 'vitest'
import { formHeaders } from '../../src/s3/form-headers.ts'

const read = (fields: Record<string, string>, sent: Record<string, string> = {}) =>
  Object.fromEntries(formHeaders({ fields: new Map(Object.entries(fields)) }, new Headers(sent)))

describe('formHeaders()', () => {
  it('takes what the fields say of the object, and nothing that was sent for it', () => {
    const fields = {
      key: 'k',
      acl: 'private',
      'content-type': 'a/b',
      'x-amz-meta-a': 'ü',
      'x-amz-storage-class': 'GLACIER',
      submit: 'x',
    }
    const sent = {
      'content-type': 'multipart/form-data',
      'content-disposition': 'inline',
      'x-amz-acl': 'public-read',
      'x-amz-grant-read': 'id=x',
      'x-amz-meta-b': 'b',
    }
    expect(read(fields, sent)).toEqual({
      'content-type': 'a/b',
      'x-amz-acl': 'private',
      'x-amz-meta-a': '=?UTF-8?B?w7w=?=',
      'x-amz-storage-class': 'GLACIER',
    })
  })

  it('keeps what was sent about the request, which no field may say', () => {
    const sent = {
      'user-agent': 'u',
      referer: 'r',
      'x-amz-expected-bucket-owner': '111122223333',
      'x-amz-request-payer': 'requester',
    }
    expect(read({ 'x-amz-expected-bucket-owner': '444455556666', 'user-agent': 'x' }, sent)).toEqual(sent)
  })

  it('leaves out the signature', () => {
    const fields = {
      'x-amz-signature': 's',
      'x-amz-credential': 'c',
      'x-amz-security-token': 't',
      'x-amz-date': 'd',
      'x-amz-algorithm': 'a',
      policy: 'p',
    }
    expect(read(fields)).toEqual({})
  })

  it.each([
    ['a line break', { 'content-type': 'a\r\nb' }],
    ['a name no header can have', { 'x-amz-meta-a b': 'c' }],
  ])('refuses %s', (_name, fields) => {
    expect(() => read(fields)).toThrow('A form field that stands for a header')
  })
})
