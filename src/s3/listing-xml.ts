// The rows of the listings as XML. A page is 1,000 rows, so this is string concatenation and nothing else; texts that
// can hold markup are escaped, all others (hex, numbers, dates, ids of ours) cannot. No I/O, no clock.
import { anonymousCanonicalId } from '../iam/acl.ts'
import { escapeXml, element } from './xml.ts'
import type { ListEntry, ListedObject, ListedUpload } from '../store/store.ts'
import type { NameEncoder } from './listing.ts'
import type { Xml } from './xml.ts'

/** Who an account is to the outside. */
export interface Owner {
  canonicalId: string
  displayName: string
}

/** `<Owner>` of each account, finished; an account that is gone has none. */
export type OwnerElements = (accountId: string) => string

/** `<Owner>` or `<Initiator>`; nobody, who wrote without a signature, has no name. */
export function ownerElement(name: 'Owner' | 'Initiator', { canonicalId, displayName }: Owner): Xml {
  return element(name, [
    element('ID', canonicalId),
    canonicalId === anonymousCanonicalId ? null : element('DisplayName', displayName),
  ])
}

/** `<Contents>` of every object of the page, in order; `owners` null leaves them out. */
export function contentsElements(
  entries: ListEntry<ListedObject>[],
  encode: NameEncoder,
  owners: OwnerElements | null,
): Xml {
  const date = dateWriter()
  let xml = ''
  for (const listed of entries) {
    if (listed.kind === 'prefix') continue
    const { entry } = listed
    xml += `<Contents><Key>${escapeXml(encode(entry.key))}</Key>`
    xml += objectFacts(entry, date(entry.modified), owners === null ? '' : owners(entry.owner))
    xml += '</Contents>'
  }
  return xml as Xml
}

/** `<Version>` and `<DeleteMarker>` of every version of the page, in order. */
export function versionElements(entries: ListEntry<ListedObject>[], encode: NameEncoder, owners: OwnerElements): Xml {
  const date = dateWriter()
  let xml = ''
  for (const listed of entries) {
    if (listed.kind === 'prefix') continue
    const { entry } = listed
    const name = entry.isDeleteMarker ? 'DeleteMarker' : 'Version'
    xml += `<${name}><Key>${escapeXml(encode(entry.key))}</Key><VersionId>${escapeXml(entry.versionId)}</VersionId>`
    xml += entry.isLatest ? '<IsLatest>true</IsLatest>' : '<IsLatest>false</IsLatest>'
    const modified = date(entry.modified)
    const owner = owners(entry.owner)
    if (entry.isDeleteMarker) xml += `<LastModified>${modified}</LastModified>${owner}`
    else xml += objectFacts(entry, modified, owner)
    xml += `</${name}>`
  }
  return xml as Xml
}

function objectFacts(entry: ListedObject, modified: string, owner: string): string {
  let xml = `<LastModified>${modified}</LastModified><ETag>&quot;${escapeXml(entry.etag)}&quot;</ETag>`
  xml += checksumFacts(entry)
  return `${xml}<Size>${entry.size}</Size>${owner}<StorageClass>${escapeXml(entry.storageClass)}</StorageClass>`
}

function checksumFacts(entry: { checksumAlgorithm: string | null; checksumType: string | null }): string {
  let xml = ''
  if (entry.checksumAlgorithm !== null) xml += `<ChecksumAlgorithm>${entry.checksumAlgorithm}</ChecksumAlgorithm>`
  if (entry.checksumType !== null) xml += `<ChecksumType>${entry.checksumType}</ChecksumType>`
  return xml
}

/** `<Upload>` of every upload of the page, in order. */
export function uploadElements(
  entries: ListEntry<ListedUpload>[],
  encode: NameEncoder,
  people: { owners: OwnerElements; initiators: OwnerElements },
): Xml {
  const date = dateWriter()
  let xml = ''
  for (const listed of entries) {
    if (listed.kind === 'prefix') continue
    const { entry } = listed
    xml += `<Upload><Key>${escapeXml(encode(entry.key))}</Key><UploadId>${escapeXml(entry.uploadId)}</UploadId>`
    xml += `${people.initiators(entry.owner)}${people.owners(entry.owner)}`
    xml += `<StorageClass>${escapeXml(entry.storageClass)}</StorageClass><Initiated>${date(entry.initiated)}</Initiated>`
    xml += `${checksumFacts(entry)}</Upload>`
  }
  return xml as Xml
}

/** One `<CommonPrefixes>` for each common prefix of the page, in order. */
export function commonPrefixElements(entries: ListEntry<unknown>[], encode: NameEncoder): Xml {
  let xml = ''
  for (const listed of entries) {
    if (listed.kind === 'entry') continue
    xml += `<CommonPrefixes><Prefix>${escapeXml(encode(listed.prefix))}</Prefix></CommonPrefixes>`
  }
  return xml as Xml
}

const millisecondsPerDay = 24 * 3600 * 1000

const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))

/**
 * Writes times as S3 does in listings: `2009-10-12T17:50:30.000Z`, to the second. The date of the day is kept from row
 * to row: for 1,000 rows Date.toISOString alone takes 0.8 ms, all of the page as it is 0.45 ms (Node 24, 2026-11).
 */
function dateWriter(): (time: number) => string {
  let day = Number.NaN
  let date = ''
  return (time) => {
    const timeDay = Math.floor(time / millisecondsPerDay)
    if (timeDay !== day) {
      day = timeDay
      date = new Date(day * millisecondsPerDay).toISOString().slice(0, -'00:00:00.000Z'.length)
    }
    const seconds = Math.floor((time - day * millisecondsPerDay) / 1000)
    const hour = twoDigits[Math.floor(seconds / 3600)] ?? ''
    const minute = twoDigits[Math.floor(seconds / 60) % 60] ?? ''
    return `${date}${hour}:${minute}:${twoDigits[seconds % 60] ?? ''}.000Z`
  }
}

/** One time as listings write it. */
export function listingDate(time: number): string {
  return dateWriter()(time)
}
