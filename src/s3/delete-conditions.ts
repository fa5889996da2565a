// Conditions of DeleteObject and DeleteObjects. No I/O, no clock.
import { parseWriteConditions } from '../http/conditional.ts'
import { parseHttpDate, parseIso8601 } from '../http/date.ts'
import { invalidArgument } from './invalid-argument.ts'
import type { WriteConditions } from '../http/conditional.ts'

/** The three conditions as sent, each null when missing. */
export interface DeleteConditionValues {
  etag: string | null
  /** An HTTP or ISO 8601 date. */
  lastModified: string | null
  size: string | null
}

/** The conditions a delete must meet; null for none. Throws InvalidArgument for a date or a size that is none. */
export function deleteConditions({ etag, lastModified, size }: DeleteConditionValues): WriteConditions | null {
  const conditions: WriteConditions = {}
  const ifMatch = etag === null || etag === '' ? null : parseWriteConditions(new Headers({ 'if-match': etag }))?.ifMatch
  if (ifMatch !== null && ifMatch !== undefined) conditions.ifMatch = ifMatch
  if (lastModified !== null && lastModified !== '') {
    const milliseconds = parseHttpDate(lastModified) ?? parseIso8601(lastModified)
    if (milliseconds === null) {
      throw invalidArgument('x-amz-if-match-last-modified-time', lastModified, 'Invalid last modified time')
    }
    conditions.ifMatchModified = milliseconds
  }
  if (size !== null && size !== '') {
    if (!/^\d{1,16}$/.test(size)) throw invalidArgument('x-amz-if-match-size', size, 'Invalid size')
    conditions.ifMatchSize = Number(size)
  }
  return Object.keys(conditions).length === 0 ? null : conditions
}

/**
 * True when a key without an object satisfies the conditions: size and date hold when there is nothing to compare with
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html), If-Match asks for an object.
 */
export function holdWithoutObject(conditions: WriteConditions | null): boolean {
  return conditions?.ifMatch === undefined
}
