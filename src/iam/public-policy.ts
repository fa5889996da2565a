// Whether a bucket policy is public, as AWS means it: it grants something to more than fixed principals, networks or resources.
// PolicyStatus, BlockPublicPolicy and RestrictPublicBuckets go by it. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
import { arnParts } from './arn-pattern.ts'
import type { Condition } from './condition.ts'
import { isWithin, parseIpRange } from './ip-address.ts'
import type { CompiledPolicy, CompiledStatement } from './policy.ts'

export function isPublic(policy: CompiledPolicy): boolean {
  return policy.statements.some(isPublicStatement)
}

/** The statements that make a policy public; empty when it is not. */
export function publicStatements(policy: CompiledPolicy): CompiledStatement[] {
  return policy.statements.filter(isPublicStatement)
}

function isPublicStatement({ effect, principals, conditions }: CompiledStatement): boolean {
  if (effect === 'Deny' || principals === null) return false
  // A provider vouches for everybody who has an account there.
  const isOpen = principals.isNegated || principals.everyone || principals.providers.size > 0
  return isOpen && !conditions.some(isLimiting)
}

const fixedKeys: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalservicename',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointaccount',
])

/** Whether a condition lets through only what has fixed values. */
function isLimiting({ operator, key, values, variableKeys }: Condition): boolean {
  // Each of these also holds where the request has no such key.
  if (operator.isNegated || operator.ifExists || operator.quantifier === 'all') return false
  if (values.length === 0 || variableKeys.length > 0) return false
  const { comparison } = operator
  if (comparison === 'ip') return key === 'aws:sourceip' && values.every(isNarrow)
  const isExact = comparison === 'string-equals' || comparison === 'string-equals-ignore-case'
  if (!isExact && comparison !== 'string-like' && comparison !== 'arn') return false
  if (key === 's3:dataaccesspointarn') return isExact || values.every(hasFixedAccount)
  return fixedKeys.has(key) && (isExact || !values.some((value) => /[*?]/.test(value)))
}

/** Any access point, but of one account. */
function hasFixedAccount(arn: string): boolean {
  const account = arnParts(arn)?.[4]
  return account !== undefined && /^[0-9]{12}$/.test(account)
}

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(parseIpRange)
const leastLengths = { 4: 8, 6: 32 }

/** Not broader than /8 of IPv4 or /32 of IPv6, or private. */
function isNarrow(text: string): boolean {
  const range = parseIpRange(text)
  if (range === null) return false
  const isPrivate = privateRanges.some((outer) => outer !== null && isWithin(range, outer))
  return isPrivate || range.prefixLength >= leastLengths[range.version]
}
