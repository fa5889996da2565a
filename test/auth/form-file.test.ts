// The file of a form: its size, its checksums, and that it comes whole however it is cut.
import { describe, expect, it } from 'vitest'
import { authenticate } from '../../src/auth/authenticate.ts'
import { boundary, formType, uploadForm } from '../support/form-body.ts'
import { accessKey, authRequest, base64Digest, byteStream, outcome } from './doubles.ts'
import { bucket, post, signedFields } from './form-post.ts'

const ranged = (min: number, max: number) => signedFields(4, {}, [['content-length-range', min, max]])
const singly = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte))

describe('the size of the file', () => {
  it.each([
    [0, 'ok'],
    [5, 'ok'],
    [100, 'ok'],
  ])('%d bytes within the range', async (size) => {
    expect(await post({ body: uploadForm(ranged(0, 100), 'x'.repeat(size)) })).toMatchObject({ file: 'x'.repeat(size) })
  })

  it.each([1, 7, 1000])('is told as soon as it is known, read %d bytes at a time', async (readBytes) => {
    expect(await post({ body: uploadForm(ranged(2, 4), 'x'), readBytes })).toEqual({
      code: 'EntityTooSmall',
      status: 400,
      message: 'Your proposed upload is smaller than the minimum allowed size',
      ProposedSize: '1',
      MinSizeAllowed: '2',
    })
    expect(await post({ body: uploadForm(ranged(2, 4), 'x'.repeat(5)), readBytes })).toMatchObject({
      code: 'EntityTooLarge',
      MaxSizeAllowed: '4',
    })
  })

  it('comes from Content-Length where the file is cut short', async () => {
    const body = uploadForm(ranged(0, 4), 'x'.repeat(5000))
    const found = await post({ body, readBytes: 10, headers: { 'content-length': String(body.length) } })
    expect(found).toMatchObject({ code: 'EntityTooLarge', ProposedSize: '5000', MaxSizeAllowed: '4' })
  })

  it('is not read beyond the bound', async () => {
    let sent = 0
    const start = uploadForm(ranged(0, 4), '').subarray(0, -boundary.length - 8)
    const endless = byteStream((controller) => {
      const piece = sent === 0 ? new Uint8Array(start) : new Uint8Array(65_536)
      sent += piece.length
      if (sent > 100_000_000) controller.close()
      else controller.enqueue(piece)
    })
    const request = authRequest({
      method: 'POST',
      headers: { 'content-type': formType },
      body: endless,
      formBucket: bucket,
    })
    const { body } = await authenticate(request, async () => accessKey)
    expect(await outcome(body.read(1 << 20))).toMatchObject({ code: 'EntityTooLarge' })
    expect(sent).toBeLessThan(3_000_000)
  })
})

describe('checksums among the fields', () => {
  const sums = { 'x-amz-checksum-sha1': base64Digest('sha1', 'CONTENT'), 'content-md5': base64Digest('md5', 'CONTENT') }
  it.each([
    ['right ones', sums, 'ok'],
    ['a wrong checksum', { 'x-amz-checksum-sha1': base64Digest('sha1', 'x') }, 'BadDigest'],
    ['a wrong MD5', { 'content-md5': base64Digest('md5', 'x') }, 'BadDigest'],
    ['one that is none', { 'x-amz-checksum-sha256': 'sailorjerry' }, 'BadDigest'],
    ['one with a line break', { 'x-amz-checksum-sha256': 'a\r\nb' }, 'BadDigest'],
    ['an unknown algorithm', { 'x-amz-checksum-sha3': 'AAAA' }, 'InvalidRequest'],
    ['two of them', { ...sums, 'x-amz-checksum-crc32': 'AAAAAA==' }, 'InvalidRequest'],
    ['a framing that is not there', { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '1' }, 'ok'],
  ])('%s: %s', async (_name, fields, expected) => {
    const found = (await post({ body: uploadForm({ key: 'a', ...fields }, 'CONTENT') })) as {
      code?: string
      file?: string
    }
    expect(found.code ?? 'ok').toBe(expected)
    if (expected === 'ok') expect(found.file).toBe('CONTENT')
  })
})

describe('the file as a stream', () => {
  // Boundaries in parts, one after the other, and whole ones of another form.
  const tricky = `\r\n--${boundary.slice(0, -1)}\r\n-\r\n\r\r\n--${boundary.slice(1)}\r\n--`.repeat(3)

  it('comes whole however it is cut and read', async () => {
    const body = uploadForm({ key: 'a' }, tricky)
    for (let at = 0; at <= body.length; at += 1) {
      const split = (bytes: Uint8Array) => [bytes.subarray(0, at), bytes.subarray(at)]
      expect(await post({ body, split, readBytes: 1 + (at % 90) }), `cut at ${at}`).toMatchObject({ file: tricky })
    }
  })

  it('comes whole in single bytes', async () => {
    const body = uploadForm({ key: 'a' }, tricky)
    expect(await post({ body, split: singly, readBytes: 3 })).toMatchObject({ file: tricky })
  })

  it.each([20_400, 20_480, 20_500, 65_536, 1_048_576, 1_500_000])('of %d bytes, in pieces of 64 KiB', async (size) => {
    const content = Buffer.alloc(size, tricky)
    expect(await post({ body: uploadForm({ key: 'a' }, content), readBytes: 65_536 })).toMatchObject({
      file: content.toString('latin1'),
    })
  })

  it('is drained after a refusal, so that the client sees it', async () => {
    let isRead = false
    const body = uploadForm({ key: 'a', policy: 'x' }, Buffer.alloc(200_000))
    const pieces = [new Uint8Array(body)]
    const stream = byteStream((controller) => {
      const piece = pieces.shift()
      if (piece !== undefined) return controller.enqueue(piece)
      isRead = true
      controller.close()
      controller.byobRequest?.respond(0)
    })
    const request = authRequest({
      method: 'POST',
      headers: { 'content-type': formType },
      body: stream,
      formBucket: bucket,
    })
    expect(await outcome(authenticate(request, async () => accessKey))).toMatchObject({
      ArgumentName: 'AWSAccessKeyId',
    })
    expect(isRead).toBe(true)
  })
})
