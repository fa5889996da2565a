// What a copy becomes: the source's facts under the request's terms. Pure.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
import { evaluateReadConditions } from '../http/conditional.ts'
import { basisHolds } from '../iam/basis.ts'
import type { CopyRefusal, CopyTerms, ObjectFacts, ObjectVersion } from './rpc.ts'

/** A redirect belongs to one object alone: copies do not take it over. */
const REDIRECT = 'x-amz-website-redirect-location'

/** The destination's facts, or why there is none. Checks in AWS's order, once it may be read: conditions, size, tags, checksum. */
export function copyVerdict(
  source: ObjectVersion,
  terms: CopyTerms,
): { outcome: 'copy'; object: ObjectFacts } | CopyRefusal {
  if (!basisHolds(terms.basis, source)) return { outcome: 'not-judged' }
  const condition = failedCondition(source, terms)
  if (condition !== null) return { outcome: 'precondition-failed', condition }
  if (source.size > terms.sizeMax) return { outcome: 'too-large' }
  if (terms.tags === null && !terms.mayCopyTags && Object.keys(source.tags).length > 0) {
    return { outcome: 'tags-forbidden' }
  }
  const { [REDIRECT]: _, ...copied } = source.headers
  const object: ObjectFacts = {
    etag: source.etag,
    size: source.size,
    headers: { ...(terms.headers ?? copied), ...terms.extraHeaders },
    tags: terms.tags ?? source.tags,
    checksum: source.checksum,
    storageClass: terms.storageClass ?? 'STANDARD',
    owner: terms.owner,
  }
  if (terms.acl !== undefined) object.acl = terms.acl
  if (terms.checksumAlgorithm !== null && terms.checksumAlgorithm !== source.checksum?.algorithm) {
    if (terms.computed?.etag !== source.etag) return { outcome: 'checksum-needed' }
    object.checksum = terms.computed.checksum
  }
  return { outcome: 'copy', object }
}

/** The header that fails, or null. A copy has no 304: every failed condition is 412. */
function failedCondition(source: ObjectVersion, { conditions }: CopyTerms): string | null {
  if (conditions === null) return null
  const result = evaluateReadConditions(conditions, source)
  if (result === 'ok') return null
  if (result === 'precondition-failed') {
    return `x-amz-copy-source-${conditions.ifMatch === null ? 'if-unmodified-since' : 'if-match'}`
  }
  return `x-amz-copy-source-${conditions.ifNoneMatch === null ? 'if-modified-since' : 'if-none-match'}`
}
