// Signature Version 4A against AWS's own suite (awslabs/aws-c-auth: key derivation, `get-vanilla` and others) by value.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { describe, expect, it } from 'vitest'
import {
  asymmetricAlgorithm,
  privateKey,
  rawSignature,
  regionSetHolds,
  signatureV4aMatches,
  verificationKey,
} from '../../src/auth/sigv4a.ts'
import { authenticate } from '../../src/auth/authenticate.ts'
import { defaultSettings } from '../../src/auth/settings.ts'
import { unhex } from '../../src/auth/sigv4.ts'
import {
  accessKey,
  accessKeyId,
  authenticated,
  authRequest,
  base64Digest,
  bytes,
  outcome,
  secret,
  streamOf,
} from './doubles.ts'
import { privateKeyV4a } from '../support/signers.ts'
import { framedV4a, presignedV4a, scopeV4a, signedV4a } from './signers.ts'
import type { Signed } from './signers.ts'

const url = 'http://examplebucket.s3.amazonaws.com/key'
const hexOf = (octets: Uint8Array) => Buffer.from(octets).toString('hex')

const toSign = (of: string) => `${asymmetricAlgorithm}\n20150830T123600Z\n20150830/service/aws4_request\n${of}`
const of = (der: string) => {
  const raw = rawSignature(unhex(der) ?? new Uint8Array(0))
  return raw === null ? null : hexOf(raw)
}
const replaced = (from: string | RegExp, to: string) => (body: Buffer) =>
  bytes(body.toString('latin1').replace(from, to))

describe('the key of a secret', () => {
  it('is the one of the published derivation', async () => {
    const derived = await privateKey('AKISORANDOMAASORANDOM', 'q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom')
    expect(hexOf(derived)).toBe('7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd')
  })

  it.each([
    ['AKISORANDOMAASORANDOM', 'q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom', '15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb', '0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0'],
    [accessKeyId, secret, '18b7d04643359f6ec270dcbab8dce6d169d66ddc9778c75cfb08dfdb701637ab', 'fa36b35e4fe67e3112261d2e17a956ef85b06e44712d2850bcd3c2161e9993f2'],
    ['AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', 'b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1', '865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518'],
  ])('of %s has its public point', async (id, key, x, y) => {
    const jwk = privateKeyV4a({ accessKeyId: id, secretAccessKey: key }).export({ format: 'jwk' })
    expect([jwk.x, jwk.y].map((part) => Buffer.from(part ?? '', 'base64url').toString('hex'))).toEqual([x, y])
    expect(jwk.d).toBe(Buffer.from(await privateKey(id, key)).toString('base64url'))
  }) // prettier-ignore

  const signatures: [name: string, hash: string, signature: string][] = [
    ['get-vanilla, header', 'cf59db423e841c8b7e3444158185aa261b724a5c27cbe762676f3eed19f4dc02', '3045022018b4e277d0281864beb51d3600e23f88510ea5031d68ddfbb68614b82a5eb7d2022100effb9c5f22ed9ef3ae0ab243d21f06bce82365bbb79529a07b6888c343ae5f8c'],
    ['get-vanilla, query', '890c4ed28c1a1ac10b5862719b537afbe392e987dc1aab1efa16fe7de41d3c81', '3045022100a28466db6c76223d5aa6ed436a8451b30e21ba0a076e7f2f943dd1f3d2816249022049e4b3746929cd2a2cb7b7984dbe0f5d40a300e7d9a7a7f1307c196b6f96b61a'],
    ['get-vanilla-with-session-token, header', '79893373104239a0547df489af395ec3c1b8873a8601f07f11ffd3f1ac557e7d', '3044022035c6bc9a8cab8a434bd8bd1cc3b6f1401842f530f1537722ad10d72a1577f8c80220101352fe0720715efbab80f82edb133175f0b61cad85daf943ad615852f9ae10'],
    ['post-x-www-form-urlencoded, header', 'ba7fa291aefad463b308fdc89b33d852aea9fbcfa151d820117bd8189066cb91', '304402202dc0a1ca6ca9308bece143f48201f2500761a242ba6efc7857e1ba01a022e843022053f570cb5adf521df2f6732b5077becd86bc2073b30e9d48c2057851902c1c0e'],
  ] // prettier-ignore
  it.each(signatures)('verifies %s', async (_name, hash, signature) => {
    const key = await verificationKey('AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY')
    expect(await signatureV4aMatches(key, toSign(hash), signature)).toBe(true)
    expect(await signatureV4aMatches(key, toSign(hash.replace(/.$/, 'x')), signature)).toBe(false)
    const other = await verificationKey('AKIDEXAMPLF', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY')
    expect(await signatureV4aMatches(other, toSign(hash), signature)).toBe(false)
  })
})

describe('rawSignature()', () => {
  const zeros = '0'.repeat(62)
  it.each([
    ['3006020101020102', `${zeros}01${zeros}02`],
    ['300702020080020102', `${zeros}80${zeros}02`],
    ['', null],
    ['30', null],
    ['3106020101020102', null],
    ['3005020101020102', null],
    ['3007020101020102', null],
    ['300602010102010200', null],
    ['3006020181020102', null], // negative
    ['30070202000102 0102'.replace(' ', ''), null], // a zero that need not be
    ['3006030101020102', null],
    ['3008020101020102 0500'.replace(' ', ''), null], // more after the two numbers
    ['3004020002010 2'.replace(' ', ''), null], // no digits
    [`3026022200${'ff'.repeat(33)}0200`, null],
    ['30818602', null],
  ])('%j', (der, expected) => {
    expect(of(der)).toBe(expected)
  })
})

describe('regionSetHolds()', () => {
  it.each([
    ['us-east-1', 'us-east-1', true],
    ['us-east-1', 'us-east-2', false],
    ['*', 'eu-west-3', true],
    ['us-*', 'us-west-2', true],
    ['us-*', 'eu-west-2', false],
    ['eu-west-1, us-*', 'us-west-2', true],
    ['eu-west-1,ap-south-1', 'us-west-2', false],
    ['*-west-*', 'us-west-2', true],
    ['u*s*-*2', 'us-west-2', true],
    ['us-west-2*2', 'us-west-2', false],
    ['', 'us-west-2', false],
    ['us', 'us-west-2', false],
    ['us-west*west-2', 'us-west-2', false],
  ])('%j, %s: %s', (set, region, expected) => {
    expect(regionSetHolds(set, region)).toBe(expected)
  })

  it('is quick for any set', () => {
    const started = performance.now()
    regionSetHolds(`${'*a'.repeat(4000)},`.repeat(2), 'a'.repeat(32))
    expect(performance.now() - started).toBeLessThan(100)
  })
})

type Edit = (request: Signed) => void
const header =
  (name: string, value: string | null): Edit =>
  ({ headers }) => {
    if (value === null) delete headers[name]
    else headers[name] = value
  }
const authorization =
  (from: string | RegExp, to: string | ((found: string) => string)): Edit =>
  ({ headers }) => {
    headers['authorization'] = (headers['authorization'] ?? '').replace(from, to as string)
  }
const mismatch = expect.objectContaining({ code: 'SignatureDoesNotMatch', status: 403 })
const malformed = (problem: string) => ({
  code: 'AuthorizationHeaderMalformed',
  status: 400,
  message: `The authorization header is malformed; ${problem}`,
})

describe('authenticate() with Signature Version 4A', () => {
  const cases: [name: string, edit: Edit, expected: unknown][] = [
    ['nothing changed', () => {}, 'ok'],
    ['the signature in upper case', authorization(/[0-9a-f]+$/, (hex) => hex.toUpperCase()), 'ok'],
    ['another path', (request) => void (request.url = `${url}x`), mismatch],
    ['a region in the credential', authorization('/s3/', '/us-east-1/s3/'), malformed('incorrect date format "us-east-1". This date in the credential must be in the format "yyyyMMdd".')],
    ['no region set', header('x-amz-region-set', null), malformed('the X-Amz-Region-Set is missing.')],
    ['an empty region set', header('x-amz-region-set', ''), malformed('the X-Amz-Region-Set is missing.')],
    ['another region set', header('x-amz-region-set', 'us-east-1'), mismatch],
    ['another service', authorization('/s3/', '/ec2/'), malformed('incorrect service "ec2". This endpoint belongs to "s3".')],
    ['a padded signature', authorization(/$/, '**'), mismatch],
    ['an HMAC in its place', authorization(/Signature=.*/, `Signature=${'a'.repeat(64)}`), mismatch],
    ['chunks signed by HMAC', header('x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'), expect.objectContaining({ code: 'InvalidArgument', ArgumentName: 'x-amz-content-sha256' })],
  ] // prettier-ignore
  it.each(cases)('%s', async (_name, edit, expected) => {
    const request = signedV4a({ url })
    edit(request)
    expect(await outcome(authenticated(request))).toEqual(expected)
  })

  it('takes a presigned URL, and no other', async () => {
    const request = presignedV4a({ url })
    expect(await outcome(authenticated(request))).toBe('ok')
    expect(await outcome(authenticated({ ...request, url: request.url.replace('/key?', '/kez?') }))).toEqual(mismatch)
    expect(
      await outcome(authenticated({ ...request, url: request.url.replace('Region-Set=%2A', 'Region-Set=a') })),
    ).toEqual(mismatch)
    const without = request.url.replace('&X-Amz-Region-Set=%2A', '')
    expect(await outcome(authenticated({ ...request, url: without }))).toMatchObject({
      code: 'AuthorizationQueryParametersError',
    })
  })

  it('in strict mode wants its region in the set', async () => {
    const settings = { ...defaultSettings, onlyRegion: 'eu-west-3' }
    const withSet = (set: string) => {
      const request = authRequest(signedV4a({ url, headers: { 'x-amz-region-set': set } }))
      return outcome(authenticate(request, async () => accessKey, settings))
    }
    for (const set of ['eu-west-3', '*', 'eu-*', 'us-east-1,eu-west-3']) expect(await withSet(set)).toBe('ok')
    expect(await withSet('us-east-1,us-*')).toEqual({
      ...malformed("the region 'us-east-1,us-*' is wrong; expecting 'eu-west-3'"),
      Region: 'eu-west-3',
    })
  })
})

describe('an aws-chunked body of Signature Version 4A', () => {
  const data = bytes('c'.repeat(20_000))
  const sha1 = `x-amz-checksum-sha1:${base64Digest('sha1', data)}`

  async function upload(
    hasTrailer: boolean,
    edit: (body: Buffer) => Uint8Array = (body) => new Uint8Array(body),
  ): Promise<unknown> {
    const request = signedV4a({
      method: 'PUT',
      url,
      headers: {
        'x-amz-content-sha256': `STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD${hasTrailer ? '-TRAILER' : ''}`,
        'x-amz-decoded-content-length': String(data.length),
        ...(hasTrailer && { 'x-amz-trailer': 'x-amz-checksum-sha1' }),
      },
    })
    const seed = /Signature=(\w+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? ''
    const body = Buffer.from(framedV4a(data, seed, hasTrailer ? [sha1] : undefined))
    return outcome(
      (async () => {
        const found = await authenticated({ ...request, body: streamOf(edit(body)) })
        while ((await found.body.read(5000)) !== null);
        await found.body.verify()
      })(),
    )
  }

  it.each([true, false])('with trailer %s', async (hasTrailer) => {
    expect(await upload(hasTrailer)).toBe('ok')
    expect(await upload(hasTrailer, replaced(/\*+\r\n/g, '\r\n'))).toBe('ok')
    expect(await upload(hasTrailer, replaced('cc', 'cd'))).toMatchObject({
      code: 'SignatureDoesNotMatch',
      StringToSign: expect.stringMatching(new RegExp(`^AWS4-ECDSA-P256-SHA256-PAYLOAD\n\\d+T\\d+Z\n${scopeV4a}\n30`)),
    })
    expect(await upload(hasTrailer, replaced(/chunk-signature=30\w+/, 'chunk-signature=30'))).toMatchObject({
      code: 'IncompleteBody',
    })
  })

  it('refuses another trailer', async () => {
    expect(await upload(true, replaced('x-amz-checksum-sha1:', 'x-amz-checksum-sha1: '))).toBe('ok')
    expect(
      await upload(true, replaced(/x-amz-trailer-signature:30(..)/, 'x-amz-trailer-signature:30ff')),
    ).toMatchObject({
      code: 'SignatureDoesNotMatch',
      StringToSign: expect.stringMatching(/^AWS4-ECDSA-P256-SHA256-TRAILER\n/),
    })
  })
})
