import { describe, expect, it } from 'vitest'
import { parseCopySource, parseSourceRange } from '../../src/s3/copy-source.ts'

const parse = (source: string) => parseCopySource(new Headers({ 'x-amz-copy-source': source }))

describe('parseCopySource()', () => {
  it.each([
    ['b/k', 'b', 'k', null],
    ['/b/k', 'b', 'k', null],
    ['/b//k', 'b', '/k', null],
    ['b%2Fa%20b', 'b', 'a b', null],
    ['b/a+b', 'b', 'a b', null],
    ['b/a%2Bb', 'b', 'a+b', null],
    ['b/a%2525', 'b', 'a%25', null],
    ['b/k?versionId=v1', 'b', 'k', 'v1'],
    ['b/k?versionId=null', 'b', 'k', 'null'],
    ['b/%3FversionId', 'b', '?versionId', null],
    ['arn:aws:s3:::b/dir/k', 'b', 'dir/k', null],
    ['b/a:b', 'b', 'a:b', null],
    ['b/%C3%A4', 'b', 'ä', null],
  ])('reads %s', (source, bucket, key, versionId) => {
    expect(parse(source)).toEqual({ bucket, key, versionId })
  })
  it.each(['', '/', 'b', 'b/', '/b/', '%zz/k', 'b/k?versionId=', 'b/k?versionId=%20', 'b/k?x=1'])(
    'refuses %j',
    (source) => {
      expect(() => parse(source)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
    },
  )
  it('refuses access points', () => {
    expect(() => parse('arn:aws:s3:us-east-1:111122223333:accesspoint/ap/object/k')).toThrow(
      expect.objectContaining({ code: 'NotImplemented' }),
    )
  })
})

const range = (value: string) => parseSourceRange(new Headers({ 'x-amz-copy-source-range': value }))

describe('parseSourceRange()', () => {
  it('reads bytes=first-last', () => {
    expect(range('bytes=2-2')).toEqual({ offset: 2, length: 1 })
    expect(parseSourceRange(new Headers())).toBeNull()
  })
  it.each([
    '0-2',
    'bytes=0',
    'bytes=hello-world',
    'bytes=0-bar',
    'bytes=hello-',
    'bytes=0-2,3-5',
    'bytes=3-2',
    'bytes=-5',
  ])('refuses %s', (value) => {
    expect(() => range(value)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
  })
})
