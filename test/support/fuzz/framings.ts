// aws-chunked bodies: signed and unsigned ones as SDKs make them, then damaged.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
import { crc32 } from 'node:zlib'
import { aimOf, draftTo } from './aims.ts'
import type { Draft, Signed } from './draft.ts'
import type { Random } from './random.ts'
import { hmac, sha256 } from './sign.ts'
import { damagedBytes, oddTexts } from './values.ts'
import type { World } from './world.ts'

const emptyHash = sha256(new Uint8Array())

export function framedDraft(random: Random, world: World): Draft {
  const draft = draftTo(random, { label: 'aws-chunked', method: 'PUT', aim: aimOf(random, world, 'object') })
  const isSigned = random.chance(2, 3) && draft.signer !== null
  const hasTrailer = !isSigned || random.chance(1, 2)
  draft.payload = isSigned
    ? `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${hasTrailer ? '-TRAILER' : ''}`
    : 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
  draft.body = Buffer.alloc(random.pick([0, 1, 5, 8191, 8192, 8193, 20_000, 70_000]), 'f')
  const decoded = random.chance(1, 8) ? random.pick(oddTexts).replaceAll(/[\0\r\n]/g, '') : String(draft.body.length)
  draft.headers.push(['Content-Encoding', 'aws-chunked'], ['x-amz-decoded-content-length', decoded])
  if (hasTrailer)
    draft.headers.push(['x-amz-trailer', random.chance(1, 8) ? 'x-amz-checksum-sha1' : 'x-amz-checksum-crc32'])
  const upload = random.pick(world.uploads)
  if (random.chance(1, 4)) {
    draft.path = `/${upload.bucket}/${upload.key}`
    draft.query = `partNumber=1&uploadId=${upload.uploadId}`
  }
  if (draft.signer === null) draft.headers.push(['x-amz-content-sha256', draft.payload])
  const chunkBytes = random.pick([8192, 8192, 65_536, 100])
  const damage = random.chance(2, 3)
  draft.isForged = damage
  const isDamagedWhole = random.chance(1, 3)
  draft.frame = (body, signed) => {
    const framed = frame(random, body, { signed: isSigned ? signed : null, hasTrailer, chunkBytes, damage })
    return damage && isDamagedWhole ? damagedBytes(random, framed) : framed
  }
  if (draft.signer === null) draft.frame = undefined
  if (draft.signer === null) draft.body = frame(random, draft.body, { signed: null, hasTrailer, chunkBytes, damage })
  if (random.chance(1, 8)) draft.framing = 'chunked'
  return draft
}

interface Framing {
  signed: Signed | null
  hasTrailer: boolean
  chunkBytes: number
  /** Whether one thing of the framing is to be wrong. */
  damage: boolean
}

function frame(random: Random, body: Uint8Array, { signed, hasTrailer, chunkBytes, damage }: Framing): Buffer {
  const pieces: Uint8Array[] = []
  let previous = signed?.signature ?? ''
  const wrong = damage ? random.below(8) : -1
  for (let start = 0; ; start += chunkBytes) {
    const chunk = body.subarray(start, start + chunkBytes)
    let extension = ''
    if (signed !== null) {
      previous = chunkSignature(signed, previous, chunk)
      extension = `;chunk-signature=${wrong === 0 ? previous.replace(/^./, 'g') : previous}`
    }
    if (wrong === 1)
      extension = random.pick([';x', ';chunk-signature=', `;${'x'.repeat(2000)}`, ';chunk-signature=x;y=z'])
    const size = wrong === 2 && random.chance(1, 2) ? random.pick(sizes) : chunk.length.toString(16)
    const lineEnd = wrong === 3 && random.chance(1, 2) ? random.pick(['\n', '\r', '', '\r\n\r\n']) : '\r\n'
    pieces.push(Buffer.from(`${size}${extension}\r\n`, 'latin1'))
    if (chunk.length === 0) break
    pieces.push(chunk, Buffer.from(lineEnd))
  }
  if (wrong === 4) pieces.splice(random.below(pieces.length), 1)
  if (hasTrailer) pieces.push(Buffer.from(trailer(random, body, { signed, previous, isWrong: wrong === 5 }), 'latin1'))
  if (wrong !== 6) pieces.push(Buffer.from('\r\n'))
  if (wrong === 7) pieces.push(Buffer.from(random.pick(['x', '\r\n', '0\r\n\r\n', 'a:b\r\n'])))
  return Buffer.concat(pieces)
}

const sizes = ['-1', '0x10', 'g', '', ' 5', '5 ', 'ffffffff', 'ffffffffffffffff', '00000000000000000005', '1e3', '+5']

function chunkSignature({ key, timestamp, scope }: Signed, previous: string, chunk: Uint8Array): string {
  const lines = ['AWS4-HMAC-SHA256-PAYLOAD', timestamp, scope, previous, emptyHash, sha256(chunk)]
  return hmac(key, lines.join('\n')).toString('hex')
}

function trailer(
  random: Random,
  body: Uint8Array,
  { signed, previous, isWrong }: { signed: Signed | null; previous: string; isWrong: boolean },
): string {
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  const good = `x-amz-checksum-crc32:${checksum.toString('base64')}`
  const line = isWrong ? random.pick(trailers) : good
  const lineEnd = isWrong ? random.pick(['\r\n', '\n']) : '\r\n'
  if (signed === null) return `${line}${lineEnd}`
  const lines = ['AWS4-HMAC-SHA256-TRAILER', signed.timestamp, signed.scope, previous, sha256(Buffer.from(`${line}\n`))]
  return `${line}${lineEnd}x-amz-trailer-signature:${hmac(signed.key, lines.join('\n')).toString('hex')}\r\n`
}

const trailers = [
  'x-amz-checksum-crc32:',
  'x-amz-checksum-crc32',
  ':AAAAAA==',
  'x-amz-checksum-crc32:AAAAAA==',
  'x-amz-checksum-sha1:AAAAAA==',
  '__proto__:1',
  'x-amz-checksum-crc32:AAAAAA==\r\nx-amz-checksum-crc32:AAAAAA==',
  `x-amz-checksum-crc32:${'A'.repeat(2000)}`,
  Array.from({ length: 20 }, (_, index) => `a${index}:b`).join('\r\n'),
  '\x80\xff:\x00',
]
