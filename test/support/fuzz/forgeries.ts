// Presigned URLs, and requests that are changed after they were signed: also ones the victim signed for its `shared`
// object, turned towards what is not shared. And bytes that are no request any more.
import { aimOf, draftTo, pathOf } from './aims.ts'
import type { Draft } from './draft.ts'
import { fieldDraft, sendable } from './fields.ts'
import { queryDraft, someParameters } from './queries.ts'
import type { Random } from './random.ts'
import { damaged, damagedBytes, oddText, oddTexts } from './values.ts'
import type { World } from './world.ts'

export function presignedDraft(random: Random, world: World): Draft {
  const method = random.pick(['GET', 'GET', 'HEAD', 'PUT', 'DELETE'])
  const aim = { ...aimOf(random, world, 'object'), signer: world.attacker }
  const draft = draftTo(random, { label: 'presigned', method, aim })
  draft.place = 'query'
  draft.payload = `expires:${random.pick(['300', '300', '300', '1', '604800', '604801', '0', '-1'])}`
  draft.query = someParameters(random, world, 2)
    .filter((pair) => !/^(X-Amz|AWSAccess)/.test(pair))
    .join('&')
  if (method === 'PUT') draft.body = Buffer.from(oddText(random), 'latin1')
  if (random.chance(1, 2)) draft.tamper = (signed) => tamper(random, world, signed)
  return draft
}

/** What the victim handed out, turned against it. */
export function stolenDraft(random: Random, world: World): Draft {
  const aim = { signer: world.victim, bucket: random.pick(world.foreign), key: 'shared' }
  const draft = draftTo(random, { label: 'stolen', method: random.pick(['GET', 'HEAD']), aim })
  draft.place = random.pick(['query', 'header'])
  if (draft.place === 'query') draft.payload = 'expires:300'
  draft.tamper = (signed) => {
    for (let times = 1 + random.below(2); times > 0; times--) tamper(random, world, signed)
  }
  return draft
}

function tamper(random: Random, world: World, draft: Draft): void {
  const key = random.pick(world.keys)
  switch (random.below(10)) {
    case 0:
      draft.path = pathOf(random, { bucket: random.pick(world.foreign), key })
      break
    case 1:
      draft.path = draft.path.replace(/[^/]*$/, (last) =>
        random.pick(['', `${last}/`, `./${last}`, `../${last}`, `%2e%2e/${last}`, `${last}%00`, `${last}%3F`]),
      )
      break
    case 2:
      draft.method = random.pick(['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'OPTIONS'])
      break
    case 3:
      draft.query = [...someParameters(random, world, 2), draft.query].join('&')
      break
    case 4:
      draft.query = [
        draft.query,
        random.pick(['acl', 'tagging', 'versions', 'uploads', 'policy', 'delete', 'X-Amz-Signature=0']),
      ].join('&')
      break
    case 5:
      draft.query = damaged(random, draft.query).replaceAll(/[^\x21-\x7e]/g, '')
      break
    case 6:
      draft.query = draft.query.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=604800')
      break
    case 7:
      for (const field of draft.headers) {
        if (field[0] === 'Authorization') field[1] = sendable(damagedCredential(random, field[1]))
      }
      break
    case 8:
      draft.headers.push(['x-amz-copy-source', `/${random.pick(world.foreign)}/${key.replaceAll(' ', '%20')}`])
      break
    default:
      for (const field of draft.headers) {
        if (field[0] === 'Host')
          field[1] = random.pick([`${random.pick(world.foreign)}.localhost`, 'localhost', 'example.com'])
      }
  }
}

/** One of its components, or all of it. */
function damagedCredential(random: Random, authorization: string): string {
  if (random.chance(1, 3)) return damaged(random, authorization)
  const components = authorization.split(/(?<=[ =;/,])/)
  const at = random.below(components.length)
  return components.with(at, random.chance(1, 2) ? oddText(random) : damaged(random, components[at]!)).join('')
}

/** Request lines and hosts: raw bytes, dot segments, absolute URLs, virtual hosts, long lines. */
export function lineDraft(random: Random, world: World): Draft {
  const draft = random.chance(1, 2) ? queryDraft(random, world) : fieldDraft(random, world)
  draft.label = 'line'
  switch (random.below(8)) {
    case 0:
      draft.path = `/${random.pick(world.own)}/${rawPath(random)}`
      break
    case 1:
      draft.path = `/${rawPath(random)}`
      break
    case 2:
      draft.absolute = true
      break
    case 3:
      draft.path = draft.path.replace('/', random.pick(['//', '/./', '/../', '/%2F', '/\\', '/-/', '/-/admin/', '/@']))
      break
    case 4:
      draft.path += 'l'.repeat(random.pick([1024, 1025, 8000, 60_000]))
      break
    case 5:
      draft.path += random.pick([
        '%',
        '%2',
        '%zz',
        '%00',
        '%C0%AF',
        '%ED%A0%80',
        '%FF',
        ';a=b',
        ',',
        ':',
        '@',
        '[',
        '|',
        '^',
        '`',
      ])
      break
    case 6:
      draft.host = random.pick(hosts(random, world))
      break
    default:
      draft.path = random.pick([
        '/-/admin/accounts',
        '/-/metrics',
        '/-/admin/accounts/x',
        '/-/x',
        '/-',
        '/-/admin/../ready',
      ])
  }
  return draft
}

function hosts(random: Random, world: World): string[] {
  const bucket = random.pick([...world.own, ...world.foreign])
  const port = world.host.slice(world.host.indexOf(':'))
  return [
    `${bucket}.localhost${port}`,
    `${bucket}.localhost`,
    `${bucket.toUpperCase()}.LOCALHOST`,
    `.localhost`,
    `${bucket}..localhost`,
    `x.${bucket}.localhost`,
    'localhost.',
    '[::1]',
    'a'.repeat(300),
    `${bucket}.s3.amazonaws.com`,
    '-.localhost',
  ]
}

/** Everything but what ends a request line. */
function rawPath(random: Random): string {
  const text = random.chance(1, 2) ? random.bytes(1 + random.below(20)).toString('latin1') : random.pick(oddTexts)
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replaceAll(/[\0- \x7f?#]/g, '')
}

/** A sound request whose bytes are damaged on the way, and framings of HTTP that contradict themselves. */
export function garbledDraft(random: Random, world: World): Draft {
  const draft = random.pick([queryDraft, fieldDraft])(random, world)
  draft.label = 'garbled'
  if (random.chance(1, 2)) {
    draft.garble = (bytes) => damagedBytes(random, bytes)
    return draft
  }
  draft.framing = 'none'
  draft.method = random.pick(['PUT', 'PUT', 'POST', 'GET', 'DELETE'])
  draft.headers.push(...random.pick(lengths))
  draft.body = Buffer.from(
    random.pick([
      '',
      'hello',
      '5\r\nhello\r\n0\r\n\r\n',
      '0\r\n\r\n',
      'zz\r\n',
      '5;a=b\r\nhello\r\n0\r\na: b\r\n\r\n',
      `0\r\n\r\nGET /${random.pick(world.foreign)}/known HTTP/1.1\r\nHost: a\r\n\r\n`,
    ]),
    'latin1',
  )
  draft.garble = (bytes) => bytes
  return draft
}

const lengths: [string, string][][] = [
  [],
  [['Content-Length', '5']],
  [['Content-Length', '50']],
  [['Content-Length', '0']],
  [['Content-Length', '+5']],
  [['Content-Length', '-5']],
  [['Content-Length', '5, 5']],
  [['Content-Length', '0x5']],
  [['Content-Length', '9223372036854775807']],
  [['Content-Length', '5368709121']],
  [
    ['Content-Length', '5'],
    ['Content-Length', '5'],
  ],
  [
    ['Content-Length', '5'],
    ['Content-Length', '6'],
  ],
  [['Transfer-Encoding', 'chunked']],
  [['Transfer-Encoding', 'Chunked']],
  [['Transfer-Encoding', 'gzip, chunked']],
  [['Transfer-Encoding', 'chunked, identity']],
  [['Transfer-Encoding', 'identity']],
  [
    ['Transfer-Encoding', 'chunked'],
    ['Content-Length', '5'],
  ],
  [
    ['Content-Length', '5'],
    ['Transfer-Encoding', 'xchunked'],
  ],
  [
    ['Transfer-Encoding', 'chunked'],
    ['Transfer-Encoding', 'chunked'],
  ],
  [
    ['Expect', '100-continue'],
    ['Content-Length', '5'],
  ],
  [['Expect', '200-maybe']],
]
