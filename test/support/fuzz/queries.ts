// Query strings: every sub-resource and parameter of S3, alone, together, repeated, with values they are not made for.
import { aimOf, draftTo } from './aims.ts'
import { percentEncode } from './draft.ts'
import type { Draft } from './draft.ts'
import type { Level } from './aims.ts'
import type { Random } from './random.ts'
import { oddText, valueOf } from './values.ts'
import type { World } from './world.ts'

const subresources: Record<Level, readonly string[]> = {
  service: ['list-type', 'x-id'],
  bucket: [
    'abac accelerate acl analytics cors delete encryption intelligent-tiering inventory lifecycle location logging',
    'metadataAnnotationTable metadataConfiguration metadataInventoryTable metadataJournalTable metadataTable metrics',
    'notification object-lock ownershipControls policy policyStatus publicAccessBlock replication requestPayment',
    'session tagging uploads versioning versions website',
  ].flatMap((line) => line.split(' ')),
  object:
    'acl annotation attributes encryption legal-hold renameObject restore retention select tagging torrent uploadId uploads'.split(
      ' ',
    ),
}

/** Parameters that say how, with values that are good somewhere. */
function parameters(world: World): Record<string, readonly string[]> {
  const uploadIds = world.uploads.map(({ uploadId }) => uploadId)
  return {
    'list-type': ['2'],
    prefix: ['a', 'a/', 'known', ''],
    delimiter: ['/', '//', 'a'],
    marker: ['a', 'known'],
    'max-keys': ['0', '1', '1000'],
    'max-buckets': ['1', '10000'],
    'bucket-region': ['us-east-1'],
    'encoding-type': ['url'],
    'continuation-token': ['MWE', 'MWtub3du', 'MQ'],
    'start-after': ['a', 'known'],
    'fetch-owner': ['true', 'false'],
    'key-marker': ['a', 'known'],
    'version-id-marker': world.versionIds,
    'upload-id-marker': uploadIds,
    'max-uploads': ['1'],
    'max-parts': ['1', '1000'],
    'part-number-marker': ['0', '1'],
    partNumber: ['1', '2', '10000'],
    uploadId: uploadIds,
    versionId: world.versionIds,
    'response-content-type': ['text/plain'],
    'response-content-disposition': ['attachment; filename="a"'],
    'response-cache-control': ['no-cache'],
    'response-content-encoding': ['gzip'],
    'response-content-language': ['de'],
    'response-expires': ['Thu, 01 Dec 1994 16:00:00 GMT'],
    'x-id': ['GetObject'],
    'select-type': ['2'],
    id: ['one'],
    'X-Amz-Algorithm': [],
    'X-Amz-Signature': [],
    'X-Amz-Security-Token': [],
    AWSAccessKeyId: [],
    Action: ['GetCallerIdentity', 'ListUsers'],
  }
}

const methods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND', 'COPY']

export function queryDraft(random: Random, world: World): Draft {
  const level = random.pick<Level>(['service', 'bucket', 'bucket', 'bucket', 'object', 'object', 'object'])
  const method = random.chance(9, 10) ? random.pick(methods.slice(0, 5)) : random.pick(methods)
  const aim = aimOf(random, world, level)
  const draft = draftTo(random, { label: 'query', method, aim })
  if (level === 'service') draft.path = '/'
  // DeleteBucket is asked for often enough by sub-resources that do not exist.
  const named = random.some(subresources[level], 2).map((name) => (random.chance(3, 4) ? name : `${name}=`))
  draft.query = shuffled(random, [...named, ...someParameters(random, world, 3)]).join('&')
  if (random.chance(1, 12)) draft.query = broken(random, draft.query)
  if (method === 'PUT' || method === 'POST' || random.chance(1, 20)) draft.body = Buffer.from(oddText(random), 'latin1')
  return draft
}

/** `name=value` pairs, encoded. */
export function someParameters(random: Random, world: World, most: number): string[] {
  const all = parameters(world)
  return random.some(Object.keys(all), most).flatMap((name) => {
    const pair = () => `${name}=${encodedValue(random, valueOf(random, all[name] ?? []))}`
    return random.chance(1, 10) ? [pair(), pair()] : [pair()]
  })
}

function encodedValue(random: Random, value: string): string {
  const encoded = percentEncode(value)
  return random.chance(1, 10) ? encoded.replaceAll('%20', '+') : encoded
}

/** Still one request line: no space, no control character. */
function broken(random: Random, query: string): string {
  const at = random.below(query.length + 1)
  const odd = random.pick([
    '%',
    '%zz',
    '%2',
    '&&',
    '=',
    '==',
    '?',
    '#',
    ';',
    '%00',
    '[]',
    '+',
    '/',
    '%C0%AF',
    '%ED%A0%80',
  ])
  return query.slice(0, at) + odd + query.slice(at)
}

function shuffled<T>(random: Random, list: T[]): T[] {
  for (let at = list.length - 1; at > 0; at--) {
    const other = random.below(at + 1)
    ;[list[at], list[other]] = [list[other]!, list[at]!]
  }
  return list
}
