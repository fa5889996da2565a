// Against node:crypto: lengths around blocks, padding and pieces, texts of every kind, keys of every length.
import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createDigest } from '../../src/kernels/digest.ts'
import { HmacSha256, sha256 } from '../../src/kernels/sha256.ts'
import { digestOf, hex, randomBytes } from './digest.contract.ts'

const reference = (text: string) => createHash('sha256').update(text).digest('hex')
const referenceMac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest('hex')

/** ASCII that looks like nothing. */
const textOf = (length: number) => String.fromCharCode(...randomBytes(length, length).map((octet) => octet & 127))

const lengths = [...Array.from({ length: 200 }, (_, length) => length), 255, 256, 257, 1_000, 21_802, 21_803, 21_804]
const long = [65_407, 65_408, 65_409, 65_536, 130_816, 130_817, 200_000].map((length) => 'ä'.repeat(length / 2) + 'x')
const nasty = [
  'é'.repeat(40),
  '日本語'.repeat(30),
  '𝒳'.repeat(25),
  'lone \ud800 surrogates \udfff',
  '\u0000'.repeat(64),
]
const texts = [...lengths.map(textOf), ...nasty, ...long]

describe('sha256()', () => {
  // FIPS 180-4's examples.
  it.each([
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('digests %j', (text, digest) => {
    expect(hex(sha256(text))).toBe(digest)
  })

  it('gives what node:crypto gives, whatever the text', () => {
    for (const text of texts) expect(hex(sha256(text)), `${text.length} units`).toBe(reference(text))
  })
})

describe('HmacSha256', () => {
  // RFC 4231, test cases 2 and 6.
  it.each([
    ['Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      '\u{aa}'.repeat(131),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('signs with %j', (key, text, mac) => {
    expect(hex(new HmacSha256(Buffer.from(key, 'latin1')).sign(text))).toBe(mac)
  })

  it('gives what node:crypto gives, whatever the key and the text', () => {
    for (const keyBytes of [0, 1, 31, 32, 63, 64, 65, 100, 128, 1_000, 65_600]) {
      const key = randomBytes(keyBytes, keyBytes)
      const hmac = new HmacSha256(key)
      for (const text of texts.filter((_, index) => index % 7 === keyBytes % 7)) {
        expect(hex(hmac.sign(text)), `${keyBytes} bytes of key, ${text.length} units`).toBe(referenceMac(key, text))
      }
    }
  })

  it('keeps keys apart, and digests that are under way beside it', async () => {
    const [one, two] = [randomBytes(32, 1), randomBytes(32, 2)]
    const [first, second] = [new HmacSha256(one), new HmacSha256(two)]
    const bytes = randomBytes(1_000, 3)
    const crc = createDigest('CRC64NVME')
    await crc.update(bytes.subarray(0, 500))
    expect(hex(first.sign('text'))).toBe(referenceMac(one, 'text'))
    expect(hex(sha256('text'))).toBe(reference('text'))
    expect(hex(second.sign('text'))).toBe(referenceMac(two, 'text'))
    await crc.update(bytes.subarray(500))
    expect(hex(await crc.finish())).toBe(await digestOf(createDigest('CRC64NVME'), bytes))
    expect(hex(first.sign('text'))).toBe(referenceMac(one, 'text'))
  })

  it('keeps its key when the caller reuses the bytes', () => {
    const key = randomBytes(32, 4)
    const expected = referenceMac(key, 'text')
    const hmac = new HmacSha256(key)
    key.fill(0)
    expect(hex(hmac.sign('text'))).toBe(expected)
  })
})
