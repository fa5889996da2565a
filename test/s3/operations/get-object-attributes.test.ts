import { describe, expect, it } from 'vitest'
import { getObjectAttributes } from '../../../src/s3/operations/get-object-attributes.ts'
import { answerOf, codeOf, modified, permissionsOf, versionOf, xmlOf } from '../../support/operation-call.ts'
import type { AttributesOutcome, PartsOfVersion } from '../../../src/shard/rpc.ts'
import type { Store } from '../../../src/store/store.ts'

const all = { 'x-amz-object-attributes': 'ETag,Checksum,ObjectParts,StorageClass,ObjectSize' }
const finds = (outcome: AttributesOutcome): Partial<Store> => ({ attributes: () => Promise.resolve(outcome) })
const plain: AttributesOutcome = { outcome: 'found', version: versionOf(), parts: [], isTruncated: false }
const part = {
  partNumber: 4,
  etag: 'p',
  size: 5,
  modified,
  checksum: { algorithm: 'SHA256', type: 'COMPOSITE', value: 'x' },
} as const

describe('GetObjectAttributes', () => {
  it('needs reading and GetObjectAttributes, of the version where one is named', () => {
    expect(permissionsOf(getObjectAttributes, { headers: all })).toEqual([
      's3:GetObject arn:aws:s3:::bucket/key',
      's3:GetObjectAttributes arn:aws:s3:::bucket/key',
    ])
    expect(permissionsOf(getObjectAttributes, { headers: all, query: { versionId: 'v' } })).toEqual([
      's3:GetObjectVersion arn:aws:s3:::bucket/key',
      's3:GetObjectVersionAttributes arn:aws:s3:::bucket/key',
    ])
  })

  it.each<[Record<string, string>, string]>([
    [{}, '400 InvalidRequest'],
    [{ 'x-amz-object-attributes': ' , ' }, '400 InvalidRequest'],
    [{ 'x-amz-object-attributes': 'ETag,Size' }, '400 InvalidArgument'],
    [{ ...all, 'x-amz-max-parts': '-1' }, '400 InvalidArgument'],
    [{ ...all, 'x-amz-part-number-marker': 'x' }, '400 InvalidArgument'],
  ])('%j is %s', async (headers, expected) => {
    expect(await codeOf(getObjectAttributes, { headers })).toBe(expected)
  })

  it('gives all attributes of a plain object', async () => {
    const response = await answerOf(getObjectAttributes, { headers: all, store: finds(plain) })
    expect(response).toMatchObject({ status: 200, headers: { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' } })
    expect(await xmlOf(response)).toBe(
      '<GetObjectAttributesResponse><ETag>abc</ETag><Checksum><ChecksumCRC32>AAAAAA==</ChecksumCRC32>' +
        '<ChecksumType>FULL_OBJECT</ChecksumType></Checksum><StorageClass>STANDARD</StorageClass>' +
        '<ObjectSize>10</ObjectSize></GetObjectAttributesResponse>',
    )
  })

  it('gives what was asked for and no more', async () => {
    const headers = { 'x-amz-object-attributes': 'ObjectSize, ETag' }
    expect(await xmlOf(await answerOf(getObjectAttributes, { headers, store: finds(plain) }))).toBe(
      '<GetObjectAttributesResponse><ETag>abc</ETag><ObjectSize>10</ObjectSize></GetObjectAttributesResponse>',
    )
  })

  it('pages through the parts', async () => {
    let seen: PartsOfVersion | undefined
    const store: Partial<Store> = {
      attributes(_, command) {
        seen = command
        const version = versionOf({ partsCount: 6, versionId: 'v' })
        return Promise.resolve({ outcome: 'found', version, parts: [part], isTruncated: true })
      },
    }
    const headers = {
      'x-amz-object-attributes': 'ObjectParts',
      'x-amz-max-parts': '1',
      'x-amz-part-number-marker': '3',
    }
    const response = await answerOf(getObjectAttributes, { headers, store, bucket: { versioning: 'enabled' } })
    expect(seen).toEqual({ key: 'key', versionId: null, maxParts: 1, partNumberMarker: 3 })
    expect(response.headers).toMatchObject({ 'x-amz-version-id': 'v' })
    expect(await xmlOf(response)).toBe(
      '<GetObjectAttributesResponse><ObjectParts><PartsCount>6</PartsCount><PartNumberMarker>3</PartNumberMarker>' +
        '<NextPartNumberMarker>4</NextPartNumberMarker><MaxParts>1</MaxParts><IsTruncated>true</IsTruncated>' +
        '<Part><PartNumber>4</PartNumber><Size>5</Size><ChecksumSHA256>x</ChecksumSHA256></Part></ObjectParts>' +
        '</GetObjectAttributesResponse>',
    )
  })

  it('gives at most 1,000 parts', async () => {
    let maxParts = 0
    const store: Partial<Store> = {
      attributes(_, command) {
        maxParts = command.maxParts
        return Promise.resolve(plain)
      },
    }
    await answerOf(getObjectAttributes, { headers: { ...all, 'x-amz-max-parts': '5000' }, store })
    expect(maxParts).toBe(1000)
  })

  it.each<[AttributesOutcome, string]>([
    [{ outcome: 'missing' }, '404 NoSuchKey'],
    [{ outcome: 'no-such-version' }, '404 NoSuchVersion'],
    [{ outcome: 'delete-marker', versionId: 'm', modified, named: false }, '404 NoSuchKey'],
    [{ outcome: 'delete-marker', versionId: 'm', modified, named: true }, '405 MethodNotAllowed'],
  ])('%j is %s', async (outcome, expected) => {
    expect(await codeOf(getObjectAttributes, { headers: all, store: finds(outcome) })).toBe(expected)
  })
})
