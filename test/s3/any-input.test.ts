// Readers of what clients send: whatever the text is, they return or throw an S3Error, in time linear to its length.
import { describe, expect, it } from 'vitest'
import { canonicalRequests } from '../../src/auth/request-forms.ts'
import { parseClaim } from '../../src/auth/credential.ts'
import { canonicalHeaderValue, canonicalQueryString, canonicalUri } from '../../src/auth/sigv4.ts'
import { S3Error } from '../../src/errors.ts'
import { parseHttpDate, parseIso8601 } from '../../src/http/date.ts'
import { parseReadConditions, parseWriteConditions } from '../../src/http/conditional.ts'
import { parseRange } from '../../src/http/range.ts'
import { splitUrl } from '../../src/http/raw-url.ts'
import { parseAddress, parseQuery } from '../../src/s3/address.ts'
import { readBucketPolicy } from '../../src/s3/bucket-policy.ts'
import { parseCopySource, parseSourceRange } from '../../src/s3/copy-source.ts'
import { checkPreflight, parseCorsDocument } from '../../src/s3/cors.ts'
import { decodeToken, parseListParameters } from '../../src/s3/listing.ts'
import { responseOverrides, storedHeaders } from '../../src/s3/object-headers.ts'
import { parseOwnershipControls } from '../../src/s3/object-ownership.ts'
import { parsePublicAccessBlock } from '../../src/s3/public-access-block.ts'
import { aclOfHeaders, aclOfRequest } from '../../src/s3/requested-acl.ts'
import { parseObjectTagging, parseTaggingHeader } from '../../src/s3/tagging.ts'
import { escapeXml, parseXml } from '../../src/s3/xml.ts'
import { randomOf } from '../support/fuzz/random.ts'
import type { Random } from '../support/fuzz/random.ts'
import { damaged, oddTexts } from '../support/fuzz/values.ts'

const document =
  '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><!-- c --><Object a="1"><Key><![CDATA[k]]>&amp;&#65;</Key></Object></Delete>'
const cors =
  '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><MaxAgeSeconds>1</MaxAgeSeconds></CORSRule></CORSConfiguration>'
const tagging = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
const allUsers = 'http://acs.amazonaws.com/groups/global/AllUsers'
const acl = `<AccessControlPolicy><Owner><ID>a</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="x" xsi:type="Group"><URI>${allUsers}</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`
const block = '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>'
const ownership = '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>'
const policy =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}'
const credential =
  'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00'
const presigned =
  'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=1&X-Amz-SignedHeaders=host&X-Amz-Signature=0'

interface Reader {
  name: string
  read: (text: string) => unknown
  /** Texts it accepts. */
  good: string[]
  /** What the repeated pieces of a long text stand between. */
  prefix?: string
  suffix?: string
}

/** `Headers` takes only what HTTP can carry. */
function header(name: string, value: string): Headers {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return new Headers({ [name]: value.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '') })
}

function arrived(text: string): unknown {
  const claim = parseClaim(header('authorization', text), '')
  if (claim.kind !== 'signed') return claim
  const request = { method: 'GET', headers: header('x-amz-date', text), clientAcceptEncoding: text }
  return [...canonicalRequests(request, { authority: 'a', path: '/', query: '' }, claim.claim)]
}

const readers: Reader[] = [
  { name: 'parseXml', read: parseXml, good: [document], prefix: '<a>' },
  { name: 'escapeXml', read: escapeXml, good: ['a<b'] },
  { name: 'parseCorsDocument', read: (text) => parseCorsDocument(parseXml(text), text), good: [cors], prefix: '<a>' },
  { name: 'parseObjectTagging', read: (text) => parseObjectTagging(parseXml(text)), good: [tagging] },
  {
    name: 'parseAddress',
    read: (text) => parseAddress(splitUrl(`http://${text}`), ['localhost'], new Headers({ 'x-amz-account-id': '1' })),
    good: ['localhost/bucket/key%20?a#b', 'bucket.localhost:80/key', '[::1]/bucket'],
    prefix: 'localhost/bucket/',
  },
  {
    name: 'aclOfHeaders',
    read: (text) => aclOfHeaders(header('x-amz-grant-read', text), 'object'),
    good: [`id="a", uri=${allUsers}, emailAddress=a@b.c`],
    prefix: 'id=',
  },
  {
    name: 'aclOfRequest',
    read: (text) => aclOfRequest({ headers: new Headers(), xml: parseXml(text) }, 'bucket'),
    good: [acl],
  },
  { name: 'parsePublicAccessBlock', read: (text) => parsePublicAccessBlock(parseXml(text)), good: [block] },
  { name: 'parseOwnershipControls', read: (text) => parseOwnershipControls(parseXml(text)), good: [ownership] },
  { name: 'readBucketPolicy', read: (text) => readBucketPolicy(text, 'b'), good: [policy], prefix: '{"Statement":' },
  { name: 'parseQuery', read: (text) => parseQuery(text).names(), good: ['a=b&c&d=%20+'] },
  {
    name: 'parseListParameters',
    read: (text) => parseListParameters(parseQuery(`max-keys=1&prefix=${text}&encoding-type=${text}`), 'max-keys'),
    good: ['url'],
  },
  { name: 'decodeToken', read: decodeToken, good: ['MWE'], prefix: 'M' },
  { name: 'parseRange', read: parseRange, good: ['bytes=0-1', 'bytes=0-1,-5,3-'], prefix: 'bytes=' },
  {
    name: 'parseCopySource',
    read: (text) => parseCopySource(header('x-amz-copy-source', text)),
    good: ['/bucket/key?versionId=a', 'arn:aws:s3:::bucket/key'],
    prefix: 'arn:aws:s3:',
  },
  {
    name: 'parseSourceRange',
    read: (text) => parseSourceRange(header('x-amz-copy-source-range', text)),
    good: ['bytes=0-1'],
    prefix: 'bytes=',
  },
  { name: 'parseTaggingHeader', read: parseTaggingHeader, good: ['a=b&c=%20', '__proto__=1'] },
  {
    name: 'conditions',
    read: (text) => [
      parseReadConditions(header('if-none-match', text)),
      parseWriteConditions(header('if-match', text)),
      parseReadConditions(header('if-modified-since', text)),
    ],
    good: ['"a", W/"b"', '*', 'Sun, 06 Nov 1994 08:49:37 GMT'],
  },
  {
    name: 'dates',
    read: (text) => [parseHttpDate(text), parseIso8601(text)],
    good: ['Sun Nov  6 08:49:37 1994', 'Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.123+01:00'],
  },
  {
    name: 'storedHeaders',
    read: (text) => [storedHeaders(header('x-amz-meta-a', text)), storedHeaders(header('content-encoding', text))],
    good: ['=?UTF-8?B?w7w=?= =?iso-8859-1?Q?=FC_a?=', 'gzip,aws-chunked'],
    prefix: '=?iso-8859-1?Q?',
    suffix: '?=',
  },
  {
    name: 'responseOverrides',
    read: (text) => responseOverrides({ get: () => text }),
    good: ['text/plain'],
  },
  {
    name: 'checkPreflight',
    read: (text) => checkPreflight({ method: 'GET', requestHeaders: text }),
    good: ['x-a, x-b'],
  },
  { name: 'parseClaim', read: arrived, good: [credential], prefix: credential },
  {
    name: 'parseClaim of a query',
    read: (text) => parseClaim(new Headers(), text),
    good: [presigned],
    prefix: presigned,
  },
  {
    name: 'canonical forms',
    read: (text) => [canonicalUri(text), canonicalQueryString(text), canonicalHeaderValue(text)],
    good: ['/a%20b/%2f', 'a=b&c', ' a  b '],
  },
]

/** Every text it can be, one character for each byte and as UTF-16. */
function inputOf(random: Random, good: string[]): string {
  let text = random.chance(1, 8) ? random.pick(oddTexts) : random.pick(good)
  for (let times = random.below(5); times > 0; times--) text = damaged(random, text)
  if (random.chance(1, 10)) text += random.pick(['\ud800', '\udc00', '\u2028', '\ufeff', '🙂', '\uffff'])
  return random.chance(1, 3) ? Buffer.from(text, 'latin1').toString('utf8') : text
}

describe.each(readers)('$name', ({ read, good, prefix = '', suffix = '' }) => {
  it('accepts what it is made for', () => {
    expect(good.every((text) => accepts(read, text))).toBe(true)
  })

  it('returns or throws an S3Error', () => {
    for (let index = 0; index < 500; index++) {
      const text = inputOf(randomOf(7, index), good)
      expect(() => accepts(read, text), JSON.stringify(text)).not.toThrow()
    }
  })

  it('takes linear time', () => {
    // Were each piece held against all others, this would take seconds.
    for (const piece of pieces) {
      const text = prefix + piece.repeat(Math.ceil(150_000 / piece.length)) + suffix
      const started = process.cpuUsage()
      expect(() => accepts(read, text), piece).not.toThrow()
      expect(process.cpuUsage(started).user / 1000, piece).toBeLessThan(500)
    }
  })
})

function accepts(read: (text: string) => unknown, text: string): boolean {
  try {
    read(text)
    return true
  } catch (error) {
    if (error instanceof S3Error) return false
    throw error
  }
}

const pieces = [
  'a',
  ' ',
  '\t ',
  '/',
  '../',
  '%',
  '%41',
  '%C3%BC',
  '+',
  '&',
  '=',
  'a=b&',
  '&amp;',
  '&#65;',
  '<a>',
  '<a/>',
  'x<a/>',
  '<a b="">',
  '<!-- -->',
  '<!--',
  '<![CDATA[x]]>',
  '<?a?>',
  '</',
  'a="1" ',
  '"',
  'W/"a",',
  ',',
  ', ',
  '0-1,',
  '-',
  '9',
  ':',
  ';',
  '.',
  '=?utf-8?Q?a?= ',
  '=?iso-8859-1?B?',
  '?= ',
  'é',
  '🙂',
  '\r\n',
]
