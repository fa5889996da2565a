// `x-edgeshard-explain: true` on a request: its answer says what was decided and why, to who may know. docs/explain.md.
import { describeVerdict, type DescribedVerdict } from '../access/describe-verdict.ts'
import { bucketArn } from '../iam/permission.ts'
import { decisionHeaderCharsMax, decisionHeaderTextCharsMax, decisionHeaderVerdictsMax } from '../limits.ts'
import { describeError, logFault } from '../log.ts'
import type { Access, Verdict } from '../access/access.ts'
import type { SignatureFacts } from '../auth/authenticate.ts'
import type { Identity } from '../auth/identity.ts'

/** The header of the answer. */
export const decisionHeaderName = 'x-edgeshard-decision'

/** An answered request. */
export interface Answered {
  headers: Headers
  /** Null: not established. */
  identity: Identity | null
  signature: SignatureFacts | null
  access: Access | null
  /** It was answered with an error. */
  hasFailed: boolean
}

/**
 * The header's value; null: it was not asked for, nothing was decided, or nothing of it is theirs to know, which is not
 * told apart. Never rejects.
 */
export async function decisionHeader({
  headers,
  identity,
  signature,
  access,
  hasFailed,
}: Answered): Promise<string | null> {
  if (headers.get('x-edgeshard-explain')?.toLowerCase() !== 'true' || access === null) return null
  // Who holds a presigned URL is not who signed it, and can add any header.
  if (identity?.kind !== 'account' || signature?.authType !== 'REST-HEADER') return null
  try {
    // What was denied comes first: of the thousand keys of DeleteObjects few fit.
    const verdicts = access.verdicts.toSorted((one, other) => Number(one.allowed) - Number(other.allowed))
    const shown: DescribedVerdict[] = []
    for (const verdict of verdicts.slice(0, decisionHeaderVerdictsMax)) {
      if (await mayKnow(verdict, identity, access)) shown.push(describeVerdict(verdict))
    }
    if (shown.length === 0) return null
    return headerText(decisionOf(verdicts, hasFailed), shown, verdicts.length)
  } catch (error) {
    logFault('A decision was not explained', describeError(error))
    return null
  }
}

type SignedIdentity = Extract<Identity, { kind: 'account' }>

/**
 * The deployment's root account, the root identity of the account that owns what was asked for, and whom its policies allow
 * `edgeshard:ExplainRequest` on it.
 */
async function mayKnow(verdict: Verdict, identity: SignedIdentity, access: Access): Promise<boolean> {
  const { bucket, ownerAccountId, permission } = verdict
  const owners = [ownerAccountId, bucket?.accountId ?? null].filter((owner) => owner !== null)
  const isTheirs = owners.every((owner) => owner === identity.accountId)
  if (isRootIdentity(identity) && (identity.isRoot || isTheirs)) return true
  // Without a bucket there is no policy of its owner to ask.
  if (bucket === null && !isTheirs) return false
  const { resource } = permission
  const isInBucket = bucket !== null && resource.startsWith(bucketArn(bucket.name))
  return access.allows(isInBucket ? bucket : null, [{ action: 'edgeshard:ExplainRequest', resource }])
}

/** An account's root identity, and nothing bounds it. */
export function isRootIdentity({ principal, session }: SignedIdentity): boolean {
  return principal.type === 'Account' && (session === null || session.policies.length === 0)
}

/** `partly-denied`: DeleteObjects of keys some of which it may not delete. */
function decisionOf(verdicts: readonly Verdict[], hasFailed: boolean): string {
  if (verdicts.every(({ allowed }) => allowed)) return 'allowed'
  return hasFailed ? 'denied' : 'partly-denied'
}

/** As many verdicts as fit the line. */
export function headerText(decision: string, verdicts: readonly DescribedVerdict[], count: number): string {
  for (let fitting = verdicts.length; ; fitting--) {
    const asked = verdicts.slice(0, fitting).map(clipped)
    const text = asciiJson({ decision, asked, ...(fitting < count ? { more: count - fitting } : null) })
    if (text.length <= decisionHeaderCharsMax || fitting === 0) return text
  }
}

function clipped(verdict: DescribedVerdict): DescribedVerdict {
  const { resource, statement, reason } = verdict
  const named = statement === undefined ? undefined : { ...statement, policy: clip(statement.policy) }
  return {
    ...verdict,
    resource: clip(resource),
    ...(named === undefined ? null : { statement: named }),
    reason: clip(reason),
  }
}

function clip(text: string): string {
  let cost = 0
  for (let at = 0; at < text.length; at++) {
    cost += isPrintable(text.charCodeAt(at)) ? 1 : 6
    if (cost > decisionHeaderTextCharsMax) return `${text.slice(0, at)}...`
  }
  return text
}

function isPrintable(code: number): boolean {
  return code >= 0x20 && code < 0x7f
}

/** JSON that a header line can carry. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
