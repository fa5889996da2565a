// Request headers: every one S3 knows with good, damaged and odd values, repeated, huge, beyond ASCII; conditions and
// ranges; copy sources.
import { aimOf, draftTo } from './aims.ts'
import { octets, percentEncode } from './draft.ts'
import type { Draft, Field } from './draft.ts'
import { someParameters } from './queries.ts'
import type { Random } from './random.ts'
import { oddText, valueOf } from './values.ts'
import type { World } from './world.ts'

const dates = [
  'Sun, 06 Nov 1994 08:49:37 GMT',
  'Sunday, 06-Nov-94 08:49:37 GMT',
  'Sun Nov  6 08:49:37 1994',
  'Fri, 31 Dec 9999 23:59:59 GMT',
  '2030-01-01T00:00:00Z',
]
const ranges = [
  'bytes=0-0',
  'bytes=0-',
  'bytes=-1',
  'bytes=5-4',
  'bytes=0-1,3-4',
  'bytes=0-99999999',
  'bytes=262143-262144',
  'bytes=99999999-',
  'bytes= 0-1',
  'items=0-1',
  'bytes=0-0,0-0,0-0,-1',
]
const flags = ['true', 'false']
const encryption = ['AES256', 'aws:kms', 'aws:kms:dsse']

function readFields(world: World): Record<string, readonly string[]> {
  return {
    range: ranges,
    'if-match': ['*', ...world.etags, 'W/"a"', '"a", "b"'],
    'if-none-match': ['*', ...world.etags, 'W/"a"'],
    'if-modified-since': dates,
    'if-unmodified-since': dates,
    'if-range': [...world.etags, ...dates],
    'x-amz-checksum-mode': ['ENABLED'],
    'x-amz-request-payer': ['requester'],
    'x-amz-expected-bucket-owner': [world.attacker.accountId, '000000000000'],
    'x-amz-object-attributes': ['ETag,Checksum,ObjectParts,StorageClass,ObjectSize', 'ETag'],
    'x-amz-max-parts': ['1'],
    'x-amz-part-number-marker': ['1'],
    'x-amz-optional-object-attributes': ['RestoreStatus'],
    'x-amz-server-side-encryption-customer-algorithm': ['AES256'],
    origin: ['http://a.example.com', 'null', 'https://example.org'],
    'access-control-request-method': ['GET', 'PUT', 'PATCH'],
    'access-control-request-headers': ['x-amz-date, content-type', '*'],
    'accept-encoding': ['gzip', 'identity', 'gzip;q=0'],
    expect: ['100-continue'],
    cookie: ['a=b'],
    'x-forwarded-host': ['fuzz-victim-plain.localhost'],
    'x-http-method-override': ['DELETE'],
    'x-amz-security-token': [],
    'content-type': ['text/plain', 'application/xml'],
  }
}

function writeFields(world: World): Record<string, readonly string[]> {
  return {
    ...readFields(world),
    'content-type': ['text/plain', 'image/png', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=a'],
    'content-encoding': ['gzip', 'aws-chunked', 'gzip,aws-chunked', 'identity'],
    'content-disposition': ['attachment; filename="a.txt"', `attachment; filename=${octets('ü')}`],
    'content-language': ['de'],
    'cache-control': ['max-age=60'],
    expires: dates,
    'content-md5': ['1B2M2Y8AsgTpgAmy7PhCfg==', 'AAAA'],
    'x-amz-meta-a': ['value', octets('ü'), '=?UTF-8?B?w7w=?='],
    'x-amz-meta-__proto__': ['value'],
    'x-amz-meta-constructor': ['value'],
    'x-amz-tagging': ['a=b', 'a=b&c=d', 'a=b&a=c', '__proto__=1', 'a%3D=%26', '='],
    'x-amz-tagging-directive': ['COPY', 'REPLACE'],
    'x-amz-metadata-directive': ['COPY', 'REPLACE'],
    'x-amz-acl': ['private', 'public-read', 'bucket-owner-full-control'],
    'x-amz-grant-read': ['uri="http://acs.amazonaws.com/groups/global/AllUsers"', 'id=1'],
    'x-amz-grant-full-control': ['id=1', 'emailAddress="a@example.com"'],
    'x-amz-storage-class': ['STANDARD', 'GLACIER', 'STANDARD_IA'],
    'x-amz-website-redirect-location': ['/other', 'http://example.com/'],
    'x-amz-server-side-encryption': encryption,
    'x-amz-server-side-encryption-aws-kms-key-id': ['arn:aws:kms:us-east-1:1:key/1'],
    'x-amz-object-lock-mode': ['GOVERNANCE', 'COMPLIANCE'],
    'x-amz-object-lock-retain-until-date': dates,
    'x-amz-object-lock-legal-hold': ['ON'],
    'x-amz-bucket-object-lock-enabled': flags,
    'x-amz-object-ownership': ['BucketOwnerEnforced', 'ObjectWriter', 'BucketOwnerPreferred'],
    'x-amz-bypass-governance-retention': flags,
    'x-amz-mfa': ['serial 123456'],
    'x-amz-checksum-algorithm': ['CRC32', 'SHA256', 'CRC64NVME', 'MD5'],
    'x-amz-sdk-checksum-algorithm': ['CRC32', 'SHA1', 'XXHASH64'],
    'x-amz-checksum-type': ['FULL_OBJECT', 'COMPOSITE'],
    'x-amz-checksum-crc32': ['AAAAAA=='],
    'x-amz-checksum-sha256': ['47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
    'x-amz-checksum-crc64nvme': ['AAAAAAAAAAA='],
    'x-amz-trailer': ['x-amz-checksum-crc32', 'x-amz-checksum-crc32,x-amz-checksum-sha1'],
    'x-amz-decoded-content-length': ['0', '5'],
    'x-amz-write-offset-bytes': ['0', '5', '20'],
    'x-amz-mp-object-size': ['0', '5'],
    'x-amz-if-match-size': ['20'],
    'x-amz-if-match-last-modified-time': dates,
    'x-amz-rename-source': ['/fuzz-own-plain/known', '/fuzz-victim-plain/known'],
    'x-amz-client-token': ['0'],
  }
}

export function fieldDraft(random: Random, world: World): Draft {
  const method = random.pick(['GET', 'HEAD', 'PUT', 'PUT', 'PUT', 'POST', 'DELETE', 'OPTIONS'])
  const level = random.chance(3, 4) ? 'object' : 'bucket'
  const draft = draftTo(random, { label: 'headers', method, aim: aimOf(random, world, level) })
  // Reads that find something.
  if (level === 'object' && method !== 'PUT' && random.chance(1, 2)) {
    draft.signer = world.attacker
    draft.path = `/${random.pick(world.own)}/${random.pick(['known', 'big'])}`
  }
  const isWrite = method === 'PUT' || method === 'POST'
  const known = isWrite || random.chance(1, 6) ? writeFields(world) : readFields(world)
  draft.headers = random.some(Object.keys(known), 5).flatMap((name) => fieldsOf(random, name, known[name] ?? []))
  if (method === 'OPTIONS') {
    const asked: Field[] = [
      ['Origin', random.pick(['http://a.example.com', 'null'])],
      ['Access-Control-Request-Method', random.pick(['GET', 'PUT', 'DELETE'])],
    ]
    draft.headers.push(...random.some(asked, 3))
  }
  if (random.chance(1, 40)) draft.headers.push(hugeField(random, Object.keys(known)))
  if (random.chance(1, 40)) draft.headers.push(...manyFields(random))
  if (isWrite) draft.body = Buffer.from(oddText(random), 'latin1')
  if (level === 'object') draft.query = objectQuery(random, world, method)
  if (random.chance(1, 8)) draft.payload = random.pick(payloads)
  if (random.chance(1, 10)) draft.framing = 'chunked'
  return draft
}

const payloads = [
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
  'STREAMING-OTHER',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '',
  'x',
]

function fieldsOf(random: Random, name: string, valid: readonly string[]): Field[] {
  const field = (): Field => [name, sendable(valueOf(random, valid))]
  return random.chance(1, 12) ? [field(), field()] : [field()]
}

/** What ends a header or a request is tried by garbled requests. */
export function sendable(value: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return value.replaceAll(/[\0\r\n]/g, '')
}

function hugeField(random: Random, names: string[]): Field {
  const name = random.chance(1, 2) ? 'x-amz-meta-huge' : random.pick(names)
  const [start, piece, end] = random.pick(longTexts)
  return [name, start + piece.repeat(random.below(150_000) / piece.length) + end]
}

const longTexts: [start: string, piece: string, end: string][] = [
  ['', 'h', ''],
  ['', octets('ü'), ''],
  ['', ', ', ''],
  ['', '"a", ', ''],
  ['', '%41', ''],
  ['', 'a=b&', ''],
  ['bytes=', '0-1,', ''],
  ['=?iso-8859-1?Q?', 'a', '?='],
  ['=?utf-8?B?', 'AAAA', '?='],
  ['', '=?utf-8?Q?a?= ', ''],
  ['/', '../', ''],
  ['', '9', ''],
]

function manyFields(random: Random): Field[] {
  return Array.from({ length: random.below(200) }, (_, index) => [`x-amz-meta-m${index}`, 'v'])
}

function objectQuery(random: Random, world: World, method: string): string {
  if (random.chance(2, 3)) return ''
  const upload = random.pick(world.uploads)
  if (method === 'PUT' && random.chance(1, 2)) return `partNumber=${1 + random.below(3)}&uploadId=${upload.uploadId}`
  if (method === 'POST')
    return random.pick(['uploads', `uploadId=${upload.uploadId}`, 'restore', 'select&select-type=2'])
  if (method === 'PUT' && random.chance(1, 2)) return random.pick(['renameObject', 'tagging', 'acl'])
  if (method === 'GET')
    return random.pick(['attributes', 'tagging', 'partNumber=1', ...someParameters(random, world, 1)])
  return someParameters(random, world, 1).join('&')
}

/** CopyObject, UploadPartCopy and RenameObject, from the attacker's own data and from the victim's. */
export function copyDraft(random: Random, world: World): Draft {
  const aim = aimOf(random, world, 'object')
  const draft = draftTo(random, { label: 'copy', method: 'PUT', aim })
  const upload = random.pick(world.uploads)
  if (random.chance(1, 3)) {
    draft.path = `/${upload.bucket}/${upload.key}`
    draft.query = `partNumber=${1 + random.below(3)}&uploadId=${upload.uploadId}`
  }
  const isRename = random.chance(1, 8)
  if (isRename) draft.query = 'renameObject'
  const name = isRename ? 'x-amz-rename-source' : 'x-amz-copy-source'
  draft.headers.push([name, sendable(valueOf(random, sources(random, world)))])
  const conditions: Record<string, readonly string[]> = {
    'x-amz-copy-source-range': ['bytes=0-0', 'bytes=0-99999999', 'bytes=5-', 'bytes=262140-262150', 'bytes=-1'],
    'x-amz-copy-source-if-match': [...world.etags, '*'],
    'x-amz-copy-source-if-none-match': [...world.etags, '*'],
    'x-amz-copy-source-if-modified-since': dates,
    'x-amz-copy-source-if-unmodified-since': dates,
    'x-amz-source-expected-bucket-owner': ['000000000000'],
    'x-amz-rename-source-if-match': world.etags,
    ...(random.chance(1, 3) ? writeFields(world) : {}),
  }
  for (const field of random.some(Object.keys(conditions), 3)) {
    draft.headers.push(...fieldsOf(random, field, conditions[field] ?? []))
  }
  return draft
}

function sources(random: Random, world: World): string[] {
  const bucket = random.pick(random.chance(1, 2) ? world.own : world.foreign)
  const key = percentEncode(octets(random.pick(world.keys)))
  const versionId = random.pick(world.versionIds)
  return [
    `${bucket}/${key}`,
    `/${bucket}/${key}`,
    `${bucket}%2F${key}`,
    `/${bucket}/${key}?versionId=${versionId}`,
    `arn:aws:s3:::${bucket}/${key}`,
    `arn:aws:s3:us-east-1:1:accesspoint/a/object/${key}`,
    `/${random.pick(world.own)}/../${bucket}/${key}`,
    `/${random.pick(world.own)}/%2e%2e/${bucket}/${key}`,
  ]
}
