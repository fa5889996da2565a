// Pages of IAM's lists: MaxItems and Marker in, IsTruncated and Marker out. No I/O.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
import { Buffer } from 'node:buffer'
import { identityPageDefault, identityPageMax } from '../../limits.ts'
import { element, type Xml } from '../../s3/xml.ts'
import type { QueryParameters } from '../parameters.ts'
import { QueryError } from '../query-error.ts'
import { integer } from './fields.ts'

export interface Page {
  maxItems: number
  /** The last entry of the page before, by what lists are ordered by; null to start. */
  after: readonly string[] | null
}

/** `parts`: of how many texts a marker of this list consists. */
export function parsePage(parameters: QueryParameters, { parts }: { parts: number } = { parts: 1 }): Page {
  const maxItems = integer(parameters, 'MaxItems', { min: 1, max: identityPageMax }) ?? identityPageDefault
  const marker = parameters.optional('Marker')
  return { maxItems, after: marker === null ? null : readMarker(marker, parts) }
}

function readMarker(marker: string, parts: number): readonly string[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(marker, 'base64').toString('utf8'))
    if (Array.isArray(read) && read.length === parts && read.every((part) => typeof part === 'string')) return read
  } catch {
    // No JSON: refused below.
  }
  throw new QueryError('ValidationError', 'Invalid Marker.')
}

export function writeMarker(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64')
}

/** A page cut from entries that were read to one more than it holds, and what stands after its list. */
export function cutPage<T>(
  entries: readonly T[],
  { maxItems }: Page,
  markerOf: (last: T) => readonly string[],
): { items: T[]; tail: Xml[] } {
  const items = entries.slice(0, maxItems)
  const last = items.at(-1)
  if (entries.length <= maxItems || last === undefined) return { items, tail: [element('IsTruncated', false)] }
  return { items, tail: [element('IsTruncated', true), element('Marker', writeMarker(markerOf(last)))] }
}

/** A page of a list that is whole in memory and small; `keyOf` is unique, and what it is ordered by. */
export function pageOf<T>(all: readonly T[], page: Page, keyOf: (item: T) => string): { items: T[]; tail: Xml[] } {
  const keyed = all.map((item) => ({ item, key: keyOf(item) })).toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const after = page.after?.[0]
  const rest = after === undefined ? keyed : keyed.filter(({ key }) => key > after)
  const { items, tail } = cutPage(rest, page, ({ key }) => [key])
  return { items: items.map(({ item }) => item), tail }
}

/** `<Users><member>…</member></Users>` */
export function memberList(name: string, members: readonly (string | readonly (Xml | null)[])[]): Xml {
  return element(
    name,
    members.map((member) => element('member', member)),
  )
}
