import { describe, expect, it } from 'vitest'
import * as checksums from '../../src/s3/checksum-headers.ts'
import { parseXml } from '../../src/s3/xml.ts'

describe('uploadChecksum()', () => {
  it.each([
    [{}, null, null],
    [{ 'x-amz-checksum-algorithm': 'CRC32' }, 'CRC32', 'COMPOSITE'],
    [{ 'x-amz-checksum-algorithm': 'crc64nvme' }, 'CRC64NVME', 'FULL_OBJECT'],
    [{ 'x-amz-checksum-algorithm': 'SHA256' }, 'SHA256', 'COMPOSITE'],
    [{ 'x-amz-checksum-algorithm': 'CRC32C', 'x-amz-checksum-type': 'FULL_OBJECT' }, 'CRC32C', 'FULL_OBJECT'],
    [{ 'x-amz-checksum-algorithm': 'SHA1', 'x-amz-checksum-type': 'COMPOSITE' }, 'SHA1', 'COMPOSITE'],
  ])('reads %j', (headers, checksumAlgorithm, checksumType) => {
    expect(checksums.uploadChecksum(new Headers(headers))).toEqual({ checksumAlgorithm, checksumType })
  })
  it.each([
    [{ 'x-amz-checksum-algorithm': 'CRC16' }, /^Checksum algorithm provided is unsupported/],
    [{ 'x-amz-checksum-type': 'COMPOSITE' }, /can only be used with the x-amz-checksum-algorithm header/],
    [{ 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'x' }, /^Value for x-amz-checksum-type/],
    [
      { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'FULL_OBJECT' },
      'The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.',
    ],
    [
      { 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'COMPOSITE' },
      'The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.',
    ],
  ])('refuses %j', (headers, message) => {
    expect(() => checksums.uploadChecksum(new Headers(headers as Record<string, string>))).toThrow(message)
  })
})

describe('checksumValueHeader()', () => {
  it('finds the one there is', () => {
    const headers = new Headers({ 'x-amz-checksum-sha1': 'x', 'x-amz-checksum-type': 'FULL_OBJECT' })
    expect(checksums.checksumValueHeader(headers)).toEqual({ algorithm: 'SHA1', value: 'x' })
    expect(checksums.checksumValueHeader(new Headers())).toBeNull()
  })
  it('refuses two', () => {
    const headers = new Headers({ 'x-amz-checksum-sha1': 'x', 'x-amz-checksum-crc32': 'y' })
    expect(() => checksums.checksumValueHeader(headers)).toThrow('Expecting a single x-amz-checksum- header.')
  })
})

describe('isChecksumValue()', () => {
  it.each([
    ['CRC32', 'AAAAAA==', true],
    ['CRC32', 'AAAAAA==-12', true],
    ['CRC32', 'AAAA', false],
    ['SHA256', 'bad', false],
    ['SHA256', 'arcu6553sHVAiX4MjW0j7I7vD4w6R+Gz9Ok0Q9lTa+0=', true],
    ['CRC64NVME', 'Qeh8oXvGiSo=', true],
    ['MD5', '!!!!!!!!!!!!!!!!!!!!!!==', false],
  ] as const)('%s %s is %s', (algorithm, value, expected) => {
    expect(checksums.isChecksumValue(algorithm, value)).toBe(expected)
  })
})

describe('checksumOfPart()', () => {
  it('finds the element of any algorithm', () => {
    const part = parseXml('<Part><ETag>e</ETag><ChecksumXXHASH3>x</ChecksumXXHASH3></Part>')
    expect(checksums.checksumOfPart(part)).toEqual({ algorithm: 'XXHASH3', value: 'x' })
    expect(checksums.checksumOfPart(parseXml('<Part/>'))).toBeNull()
  })
})
