// The policy of a form upload: what a form must look like, and until when. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html

export interface PostPolicy {
  /** Milliseconds since 1970. */
  expires: number
  conditions: readonly PolicyCondition[]
  /** What every content-length-range allows: bytes of the file, inclusive. Null max: no bound. */
  size: { min: number; max: number | null }
}

export interface PolicyCondition {
  operator: 'eq' | 'starts-with'
  /** Lower case, without `$`. */
  field: string
  value: string
  /** As the policy spells the field, for messages. */
  spelling: string
}

/** What is wrong, as AWS words it after `Invalid Policy: ` or `Invalid according to Policy: `. */
export interface PolicyProblem {
  problem: string
}

/** Of the field `policy`, Base64. */
export function parsePostPolicy(encoded: string): PostPolicy | PolicyProblem {
  if (encoded.trim() === '') return { problem: "Expecting '{' but found End-of-Input" }
  const text = decodeBase64(encoded)
  if (text === null) return { problem: 'invalid Base64 encoding.' }
  const document = parseJson(text)
  if (!isObject(document)) return { problem: 'Invalid JSON.' }
  const unexpected = Object.keys(document).find((name) => name !== 'expiration' && name !== 'conditions')
  const { expiration, conditions } = document
  if (expiration === undefined) return { problem: 'Policy missing expiration.' }
  if (conditions === undefined) return { problem: 'Policy missing conditions.' }
  if (unexpected !== undefined) return { problem: `Unexpected: "${unexpected}"` }
  if (typeof expiration !== 'string') return { problem: 'Invalid JSON.' }
  const expires = parseExpiration(expiration)
  if (expires === null) return { problem: `Invalid 'expiration' value: '${expiration}'` }
  if (!Array.isArray(conditions)) return { problem: "Invalid 'conditions' value: must be a List." }
  return parseConditions(expires, conditions)
}

/** What the form must be checked against. */
export interface PolicyRequest {
  /** By lower-case name, `bucket` not among them unless it was sent. */
  fields: ReadonlyMap<string, string>
  /** The bucket that the request addresses. */
  bucket: string
  /**
   * Fields that need no condition, beside `policy`, `file`, `x-ignore-…` and checksums, which bound the file alone
   * (ceph/s3-tests test_post_object_upload_checksum): those of the signature itself.
   */
  exempt: readonly string[]
  /** Milliseconds since 1970. */
  now: number
}

/** Null when the form is as the policy says; the size of the file is the caller's to check. */
export function checkPostPolicy(
  policy: PostPolicy,
  { fields, bucket, exempt, now }: PolicyRequest,
): PolicyProblem | null {
  if (now >= policy.expires) return { problem: 'Policy expired.' }
  const covered = new Set(policy.conditions.map(({ field }) => field))
  const free = new Set([...exempt, 'policy', 'file'])
  const extra = [...fields.keys()].filter(
    (name) => !covered.has(name) && !free.has(name) && !/^x-(?:ignore|amz-checksum)-/.test(name),
  )
  if (extra.length > 0) return { problem: `Extra input fields: ${extra.join(', ')}` }
  for (const condition of policy.conditions) {
    const value = condition.field === 'bucket' ? bucket : fields.get(condition.field)
    if (value === undefined || !holds(condition, value)) return { problem: failed(condition) }
  }
  // The bucket is a field of every form, though it stands in the URL.
  return covered.has('bucket') ? null : { problem: 'Extra input fields: bucket' }
}

function holds({ operator, field, value: wanted }: PolicyCondition, value: string): boolean {
  if (operator === 'eq') return value === wanted
  if (field !== 'content-type') return value.startsWith(wanted)
  // "Content-Type values for a starts-with condition that include commas are interpreted as lists."
  return value.split(',').every((member) => member.trim().startsWith(wanted))
}

function failed({ operator, field, value, spelling }: PolicyCondition): string {
  // A session token is half a credential: it is not repeated.
  const shown = field === 'x-amz-security-token' ? '…' : value
  return `Policy Condition failed: ["${operator}", "$${spelling}", ${JSON.stringify(shown)}]`
}

function parseConditions(expires: number, list: readonly unknown[]): PostPolicy | PolicyProblem {
  const conditions: PolicyCondition[] = []
  const size: PostPolicy['size'] = { min: 0, max: null }
  for (const item of list) {
    const parsed = parseCondition(item)
    if ('problem' in parsed) return parsed
    if ('operator' in parsed) {
      conditions.push(parsed)
    } else {
      size.min = Math.max(size.min, parsed.min)
      size.max = Math.min(size.max ?? parsed.max, parsed.max)
    }
  }
  return { expires, conditions, size }
}

function parseCondition(item: unknown): PolicyCondition | { min: number; max: number } | PolicyProblem {
  if (Array.isArray(item)) return parseList(item)
  if (!isObject(item)) return { problem: 'Invalid condition test: must be a List or Object.' }
  const [entry, ...others] = Object.entries(item)
  if (entry === undefined || others.length > 0) {
    return {
      problem: 'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    }
  }
  const [spelling, value] = entry
  if (typeof value !== 'string') return { problem: 'Invalid Simple-Condition: value must be a string.' }
  return { operator: 'eq', field: spelling.toLowerCase(), value, spelling }
}

function parseList(item: readonly unknown[]): PolicyCondition | { min: number; max: number } | PolicyProblem {
  const [named, first, second] = item
  if (typeof named !== 'string') return { problem: 'Invalid Condition: missing operation identifier.' }
  const operator = named.toLowerCase()
  if (operator !== 'eq' && operator !== 'starts-with' && operator !== 'content-length-range') {
    return { problem: `Invalid Condition: unknown operation '${named}'.` }
  }
  if (item.length !== 3) return { problem: `Invalid ${named}: wrong number of arguments.` }
  if (operator === 'content-length-range') {
    const [min, max] = [sizeOf(first), sizeOf(second)]
    return min === null || max === null ? { problem: 'Invalid JSON.' } : { min, max }
  }
  if (typeof first !== 'string' || typeof second !== 'string') return { problem: 'Invalid JSON.' }
  // A field without `$` is none that a form could have.
  const field = first.startsWith('$') ? first.slice(1) : `\0${first}`
  return { operator, field: field.toLowerCase(), value: second, spelling: first.replace(/^\$/, '') }
}

function sizeOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}

function parseExpiration(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return null
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : time
}

function decodeBase64(encoded: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return null
  }
}

/** JSON with what AWS's documentation adds: the escapes `\$` and `\v`, and a comma after the last element. */
function parseJson(text: string): unknown {
  const plain = text.replaceAll(/"(?:[^"\\]|\\[^])*"|,(?=\s*[\]}])/g, (found) =>
    found === ',' ? '' : found.replaceAll(/\\([^])/g, (escape, letter: string) => extraEscapes[letter] ?? escape),
  )
  try {
    return JSON.parse(plain)
  } catch {
    return undefined
  }
}

const extraEscapes: Record<string, string> = { $: '$', v: '\\u000b' }

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
