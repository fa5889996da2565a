// Tag sets: the x-amz-tagging header and the Tagging document. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
import { S3Error } from '../errors.ts'
import { objectTagsMax, tagKeyCharsMax, tagValueCharsMax } from '../limits.ts'
import { invalidArgument } from './invalid-argument.ts'
import { childElement, childElements, childText, element, xmlDocument } from './xml.ts'
import type { XmlElement } from './xml.ts'

// "Letters, spaces, and numbers representable in UTF-8, and the following characters: + - = . _ : / @"
const allowedCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** The tags of an x-amz-tagging header, `key=value&…` URL-encoded; none for a missing or empty one. */
export function parseTaggingHeader(header: string | null): Record<string, string> {
  if (header === null || header === '') return {}
  const tags: [string, string][] = header
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      if (equals < 0) return [decodeTag(header, pair), '']
      return [decodeTag(header, pair.slice(0, equals)), decodeTag(header, pair.slice(equals + 1))]
    })
  if (new Set(tags.map(([key]) => key)).size !== tags.length) throw malformedHeader(header)
  return checkedTags(tags, objectTagsMax, 'Object tags cannot be greater than 10')
}

function decodeTag(header: string, encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '))
  } catch {
    throw malformedHeader(header)
  }
}

function malformedHeader(header: string): S3Error {
  return invalidArgument(
    'x-amz-tagging',
    header,
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
  )
}

/** The tags of a Tagging document for an object. Throws MalformedXML or InvalidTag. */
export function parseObjectTagging(xml: XmlElement | null): Record<string, string> {
  return parseTagging(xml, objectTagsMax, 'Object tags cannot be greater than 10')
}

/** The tags of a Tagging document with at most `tagsMax`; `tooMany` is the message beyond. */
export function parseTagging(xml: XmlElement | null, tagsMax: number, tooMany: string): Record<string, string> {
  const tagSet = xml?.name === 'Tagging' ? childElement(xml, 'TagSet') : null
  if (tagSet === null) throw new S3Error('MalformedXML', { reason: 'No Tagging with a TagSet' })
  const tags: [string, string][] = childElements(tagSet, 'Tag').map((tag) => {
    const key = childText(tag, 'Key')
    const value = childText(tag, 'Value')
    if (key === null || value === null) throw new S3Error('MalformedXML', { reason: 'Tag without Key or Value' })
    return [key, value]
  })
  return checkedTags(tags, tagsMax, tooMany)
}

function checkedTags(tags: [string, string][], tagsMax: number, tooMany: string): Record<string, string> {
  // AWS itself answers BadRequest for the count; ceph/s3-tests and most clients know InvalidTag.
  if (tags.length > tagsMax) throw new S3Error('InvalidTag', { message: tooMany })
  const seen = new Set<string>()
  for (const [key, value] of tags) {
    checkTag(key, value)
    if (seen.has(key)) {
      const message = 'Cannot provide multiple Tags with the same key'
      throw new S3Error('InvalidTag', { message, fields: { TagKey: key } })
    }
    seen.add(key)
  }
  // In the order of their keys, in which S3 lists them.
  return Object.fromEntries(tags.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function checkTag(key: string, value: string): void {
  const keyLength = Array.from(key).length
  if (keyLength === 0 || keyLength > tagKeyCharsMax || !allowedCharacters.test(key)) {
    throw new S3Error('InvalidTag', { message: 'The TagKey you have provided is invalid', fields: { TagKey: key } })
  }
  if (key.toLowerCase().startsWith('aws:')) {
    const message = 'System tags cannot be added/updated by requester'
    throw new S3Error('InvalidTag', { message, fields: { TagKey: key } })
  }
  if (Array.from(value).length > tagValueCharsMax || !allowedCharacters.test(value)) {
    const message = 'The TagValue you have provided is invalid'
    throw new S3Error('InvalidTag', { message, fields: { TagKey: key, TagValue: value } })
  }
}

/** The Tagging document of a tag set. */
export function taggingDocument(tags: Record<string, string>): string {
  const entries = Object.entries(tags)
  return xmlDocument('Tagging', [
    element(
      'TagSet',
      entries.map(([key, value]) => element('Tag', [element('Key', key), element('Value', value)])),
    ),
  ])
}
