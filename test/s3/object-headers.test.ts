import { describe, expect, it } from 'vitest'
import { S3Error } from '../../src/errors.ts'
import {
  objectHeaders,
  redirectHeader,
  responseOverrides,
  storageClassHeader,
  storedHeaders,
} from '../../src/s3/object-headers.ts'
import { bucketOf, versionOf } from '../support/operation-call.ts'

const octets = { 'content-type': 'binary/octet-stream' }

describe('storedHeaders()', () => {
  const cases: [name: string, sent: Record<string, string>, stored: Record<string, string>][] = [
    ['gives AWS’s default type', {}, octets],
    ['takes an empty type for none', { 'content-type': '' }, octets],
    [
      'keeps what comes',
      { 'content-type': 'a/b', 'cache-control': 'no-store', expires: 'soon' },
      {
        'content-type': 'a/b',
        'cache-control': 'no-store',
        expires: 'soon',
      },
    ],
    ['drops what is no property of the object', { 'content-length': '3', host: 'h', 'x-amz-date': 'd' }, octets],
    ['strips aws-chunked alone', { 'content-encoding': 'aws-chunked' }, octets],
    [
      'strips aws-chunked from a list',
      { 'content-encoding': 'gzip, aws-chunked' },
      {
        ...octets,
        'content-encoding': 'gzip',
      },
    ],
    [
      'strips aws-chunked in any case and place',
      { 'content-encoding': 'AWS-Chunked,br,gzip' },
      {
        ...octets,
        'content-encoding': 'br,gzip',
      },
    ],
    [
      'leaves other encodings as written',
      { 'content-encoding': 'gzip , br' },
      {
        ...octets,
        'content-encoding': 'gzip , br',
      },
    ],
    [
      'keeps metadata and the redirect',
      { 'X-Amz-Meta-A': '1', 'x-amz-website-redirect-location': '/x' },
      {
        ...octets,
        'x-amz-meta-a': '1',
        'x-amz-website-redirect-location': '/x',
      },
    ],
  ]
  it.each(cases)('%s', (_, sent, stored) => {
    expect(storedHeaders(new Headers(sent))).toEqual(stored)
  })
})

describe('redirectHeader()', () => {
  it.each(['/a', 'http://h/', 'https://h/'])('takes %s', (location) => {
    expect(redirectHeader(new Headers({ 'x-amz-website-redirect-location': location }))).toEqual({
      'x-amz-website-redirect-location': location,
    })
  })
  it.each(['a', 'ftp://h/', 'javascript:1'])('refuses %s', (location) => {
    const headers = new Headers({ 'x-amz-website-redirect-location': location })
    expect(() => redirectHeader(headers)).toThrow(expect.objectContaining({ code: 'InvalidRedirectLocation' }))
  })
})

describe('storageClassHeader()', () => {
  it.each([
    ['', null],
    ['STANDARD', 'STANDARD'],
    ['GLACIER_IR', 'GLACIER_IR'],
  ])('reads %j', (value, expected) => {
    expect(storageClassHeader(new Headers({ 'x-amz-storage-class': value }))).toBe(expected)
  })
  it.each(['standard', 'OUTPOSTS', 'x'])('refuses %s', (value) => {
    const read = () => storageClassHeader(new Headers({ 'x-amz-storage-class': value }))
    expect(read).toThrow(expect.objectContaining({ code: 'InvalidStorageClass', status: 400 }))
  })
})

describe('responseOverrides()', () => {
  it('reads the six parameters', () => {
    const values = { 'response-content-type': 'a/b', 'response-expires': 'x', 'response-etag': 'no' }
    expect(responseOverrides(new URLSearchParams(values))).toEqual({ 'content-type': 'a/b', expires: 'x' })
  })
  it('refuses a line break', () => {
    expect(() => responseOverrides(new URLSearchParams({ 'response-content-type': 'a\r\nx: y' }))).toThrow(S3Error)
  })
})

describe('objectHeaders()', () => {
  it('sends what was stored and no more for a plain object', () => {
    expect(objectHeaders(bucketOf(), versionOf())).toEqual({
      'content-type': 'text/plain',
      etag: '"abc"',
      'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
      'accept-ranges': 'bytes',
    })
  })
  it('adds version, storage class and tag count where there are any', () => {
    const version = versionOf({ versionId: 'v1', storageClass: 'STANDARD_IA', tags: { a: '1', b: '2' } })
    expect(objectHeaders(bucketOf({ versioning: 'suspended' }), version)).toMatchObject({
      'x-amz-version-id': 'v1',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-tagging-count': '2',
    })
  })
})
