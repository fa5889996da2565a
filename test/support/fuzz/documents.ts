// XML bodies: valid documents of every operation that reads one, cut off, nested, doubled, in other namespaces and
// encodings, with entities, and large.
import { createHash } from 'node:crypto'
import { aimOf, draftTo } from './aims.ts'
import { madeBucket } from './churn.ts'
import { octets } from './draft.ts'
import type { Draft } from './draft.ts'
import type { Level } from './aims.ts'
import type { Random } from './random.ts'
import { damaged, damagedBytes, oddText } from './values.ts'
import type { World } from './world.ts'

interface Kind {
  method: string
  level: Level
  query: string
  document: string
}

const namespace = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

export function documentDraft(random: Random, world: World): Draft {
  const kind = random.pick(kinds(random, world))
  const aim = aimOf(random, world, kind.level)
  const draft = draftTo(random, { label: 'document', method: kind.method, aim })
  const upload = random.pick(world.uploads)
  if (kind.query.startsWith('uploadId=')) draft.path = `/${upload.bucket}/${upload.key}`
  if (kind.query === '' && random.chance(1, 2)) draft.path = `/${madeBucket(random)}`
  draft.query = kind.query
  let text = octets(kind.document)
  for (let times = random.below(3); times > 0; times--) text = changed(random, text)
  draft.body = encoded(random, text)
  if (random.chance(1, 6)) draft.body = damagedBytes(random, Buffer.from(draft.body))
  if (random.chance(1, 4)) draft.headers.push(['Content-MD5', md5(draft.body)])
  if (random.chance(1, 20)) draft.headers.push(['Content-MD5', md5(Buffer.from('other'))])
  if (random.chance(1, 8)) draft.framing = 'chunked'
  if (random.chance(1, 10)) draft.payload = 'UNSIGNED-PAYLOAD'
  return draft
}

function kinds(random: Random, world: World): Kind[] {
  const key = random.pick(world.keys)
  const version = random.chance(1, 2) ? '' : `<VersionId>${random.pick(world.versionIds)}</VersionId>`
  const upload = random.pick(world.uploads)
  const part = `<Part><PartNumber>${1 + random.below(2)}</PartNumber><ETag>${upload.etag.replaceAll('"', '&quot;')}</ETag></Part>`
  const put = { method: 'PUT', level: 'bucket' } as const
  return [
    {
      method: 'POST',
      level: 'bucket',
      query: 'delete',
      document: `<Delete${namespace}><Object><Key>${key}</Key>${version}</Object><Object><Key>gone</Key></Object><Quiet>true</Quiet></Delete>`,
    },
    {
      method: 'POST',
      level: 'object',
      query: `uploadId=${upload.uploadId}`,
      document: `<CompleteMultipartUpload${namespace}>${part.repeat(1 + random.below(2))}</CompleteMultipartUpload>`,
    },
    {
      ...put,
      query: 'cors',
      document: `<CORSConfiguration${namespace}><CORSRule><ID>1</ID><AllowedOrigin>http://*.example.com</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedHeader>x-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule></CORSConfiguration>`,
    },
    { ...put, query: 'tagging', document: tagging },
    { ...put, level: 'object', query: 'tagging', document: tagging },
    {
      ...put,
      query: 'versioning',
      document: `<VersioningConfiguration${namespace}><Status>${random.pick(['Enabled', 'Suspended'])}</Status><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>`,
    },
    {
      ...put,
      query: '',
      document: `<CreateBucketConfiguration${namespace}><LocationConstraint>eu-west-1</LocationConstraint><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags></CreateBucketConfiguration>`,
    },
    {
      ...put,
      level: random.chance(1, 2) ? 'bucket' : 'object',
      query: 'acl',
      document: `<AccessControlPolicy${namespace}><Owner><ID>1</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>1</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`,
    },
    { ...put, query: random.pick(['policy', 'lifecycle', 'website', 'encryption']), document: '<A/>' },
  ]
}

const tagging = `<Tagging${namespace}><TagSet><Tag><Key>a</Key><Value>b</Value></Tag><Tag><Key>ü</Key><Value>1 + 1</Value></Tag></TagSet></Tagging>`

/** One change that knows what XML is. */
function changed(random: Random, text: string): string {
  const tags = [...text.matchAll(/<(\w+)>([^<]*)<\/\1>/g)]
  const leaf = tags.length === 0 ? null : random.pick(tags)
  const swap = (replacement: string) => (leaf === null ? text : text.replace(leaf[0], () => replacement))
  const [, name = '', value = ''] = leaf ?? []
  switch (random.below(16)) {
    case 0:
      return swap('')
    case 1:
      return swap(leaf?.[0].repeat(random.pick([2, 2, 3, 11, 51, 101, 1001])) ?? '')
    case 2:
      return swap(`<${name}>${escaped(oddText(random))}</${name}>`)
    case 3:
      return swap(`<${name}>${oddText(random)}</${name}>`)
    case 4:
      return swap(`<${name}>${damaged(random, value)}</${name}>`)
    case 5:
      return swap(`<${name}>${random.pick(entities)}${value}</${name}>`)
    case 6:
      return swap(`<${name}><![CDATA[${value}]]></${name}>`)
    case 7:
      return swap(`<x:${name} xmlns:x="urn:a" a="1">${value}</x:${name}>`)
    case 8:
      return swap(`<${random.pick(['a', 'Key', 'Quiet', '__proto__', 'constructor'])}>${value}</${name}>`)
    case 9:
      return random.pick(doctypes) + text
    case 10:
      return '<a>'.repeat(random.pick([1, 31, 33, 5000])) + text
    case 11:
      return `<?xml version="1.0" encoding="${random.pick(['UTF-8', 'UTF-16', 'x', ''])}"?>${random.pick(['', '\n', '<!-- -->'])}${text}`
    case 12:
      return text.replace(namespace, () =>
        random.pick(['', ' xmlns=""', ' xmlns="urn:other"', ' xmlns', ' a="<"', ' a="1" a="2"']),
      )
    case 13:
      return random.chance(1, 4)
        ? text.replaceAll('><', () => `>${' '.repeat(random.below(2000))}<`)
        : `${text}${random.pick(['\n', ' ', text, 'x', '\0'])}`
    case 14:
      return swap((leaf?.[0] ?? '').repeat(random.chance(1, 30) ? 30_000 : 300))
    default:
      return text.slice(0, random.below(text.length + 1))
  }
}

const entities = [
  '&amp;',
  '&lt;',
  '&#65;',
  '&#x41;',
  '&#0;',
  '&#xD800;',
  '&#x110000;',
  '&a;',
  '&',
  '&#;',
  '&#x;',
  `&#${'0'.repeat(40)}65;`,
]

const doctypes = [
  '<!DOCTYPE a>',
  '<!DOCTYPE a [<!ENTITY a "b">]>',
  '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
  `<!DOCTYPE a [<!ENTITY a0 "a">${Array.from({ length: 20 }, (_, n) => `<!ENTITY a${n + 1} "&a${n};&a${n};">`).join('')}]>`,
]

function escaped(text: string): string {
  return text.replaceAll(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function encoded(random: Random, text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  if (!random.chance(1, 12)) return bytes
  const utf16 = Buffer.from(bytes.toString('utf8'), 'utf16le')
  return random.pick([
    Buffer.concat([Buffer.from('\ufeff'), bytes]),
    Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]),
    utf16,
    Buffer.from(JSON.stringify({ Delete: { Objects: [{ Key: 'a' }] } })),
    Buffer.alloc(0),
    Buffer.alloc(random.chance(1, 10) ? 5_000_000 : 5000, 0x20),
  ])
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64')
}
