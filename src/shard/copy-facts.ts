// What a copy becomes: the source's facts under the request's directives. Pure.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
import { evaluateReadConditions } from '../http/conditional.ts'
import type { CopyRefusal, CopyTerms, ObjectFacts, ObjectVersion } from './rpc.ts'

/** The destination's facts, or why there is none. Checks in AWS's order: conditions, size, change. */
export function copyVerdict(
  source: ObjectVersion,
  terms: CopyTerms,
): { outcome: 'copy'; object: ObjectFacts } | CopyRefusal {
  // A failed If-None-Match of a copy's source is 412 too, never 304.
  if (terms.conditions !== null && evaluateReadConditions(terms.conditions, source) !== 'ok') {
    return { outcome: 'precondition-failed' }
  }
  if (source.size > terms.sizeMax) return { outcome: 'too-large' }
  const object: ObjectFacts = {
    etag: source.etag,
    size: source.size,
    headers: terms.headers ?? source.headers,
    tags: terms.tags ?? source.tags,
    checksum: source.checksum,
    storageClass: terms.storageClass ?? 'STANDARD',
    owner: terms.owner,
  }
  if (
    terms.mustChange &&
    terms.headers === null &&
    terms.tags === null &&
    object.storageClass === source.storageClass
  ) {
    return { outcome: 'unchanged' }
  }
  if (terms.checksumAlgorithm !== null && terms.checksumAlgorithm !== source.checksum?.algorithm) {
    if (terms.computed?.etag !== source.etag) return { outcome: 'checksum-needed' }
    object.checksum = terms.computed.checksum
  }
  return { outcome: 'copy', object }
}
