// Stored policies made ready for decisions. A compiled form is kept as long as the stored one is.
import { compilePolicy } from '../iam/compile.ts'
import { compiledPoliciesMax } from '../limits.ts'
import { logFault } from '../log.ts'
import { noPolicies } from '../iam/policy.ts'
import type { Identity, Session } from '../auth/identity.ts'
import type { CompiledPolicy, NamedPolicy, PolicySet, PolicyUse } from '../iam/policy.ts'
import type { SignedPrincipal } from '../iam/principal.ts'
import type { Bucket } from '../store/buckets.ts'
import type { StoredPolicies, StoredPolicy } from '../store/tables/principal-policies.ts'

const sets = new WeakMap<StoredPolicies, Omit<PolicySet, 'session'>>()
const ofSessions = new WeakMap<Session, readonly NamedPolicy[]>()
const byText = new Map<string, CompiledPolicy>()
const texts = new WeakMap<CompiledPolicy, string>()

type BucketWithPolicy = Pick<Bucket, 'name' | 'configs'>

/** What bounds and grants what somebody may do. */
export interface Loaded {
  policies: PolicySet
  /** Of the user or role. */
  tags: Readonly<Record<string, string>>
}

const nobody: Loaded = { policies: noPolicies, tags: {} }

/**
 * The policies of who asks, with those of the session; null when the user or role is gone. Nothing bounds the root
 * account of the deployment, so nothing is looked up for it.
 */
export async function loadPolicies(
  identity: Identity,
  stored: (principal: SignedPrincipal) => Promise<StoredPolicies | null>,
): Promise<Loaded | null> {
  if (identity.kind === 'anonymous') return nobody
  const { principal, session, isRoot } = identity
  if (isRoot && principal.type === 'Account' && session === null) return nobody
  const found = await stored(principal)
  if (found === null) return null
  const set = compiledSet(found)
  return {
    policies: {
      identity: actsForAccount(principal) ? [everything()] : set.identity,
      boundary: set.boundary,
      serviceControl: isRoot ? null : set.serviceControl,
      session: limitsOf(principal, session),
    },
    tags: found.tags,
  }
}

/** A federated user that an account's root identity made has what the account has: everything, within its session. */
function actsForAccount(principal: SignedPrincipal): boolean {
  return principal.type === 'FederatedUser' && principal.issuer.userId === principal.accountId
}

/**
 * What limits a session; null for nothing. A federated user may do only what its session policies say.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
function limitsOf(principal: SignedPrincipal, session: Session | null): readonly NamedPolicy[] | null {
  if (session === null) return null
  return session.policies.length === 0 && principal.type !== 'FederatedUser' ? null : sessionPolicies(session)
}

function compiledSet(stored: StoredPolicies): Omit<PolicySet, 'session'> {
  let set = sets.get(stored)
  if (set === undefined) {
    set = {
      identity: stored.identity.map((policy) => named(policy, 'identity')),
      boundary: stored.boundary === null ? null : named(stored.boundary, 'identity'),
      serviceControl: stored.serviceControl?.map((policy) => named(policy, 'identity')) ?? null,
    }
    sets.set(stored, set)
  }
  return set
}

/** A bucket's policy. */
export function bucketPolicy(bucket: string, text: string): NamedPolicy {
  return named({ name: `policy of bucket ${bucket}`, document: text }, 'resource')
}

const ofBuckets = new WeakMap<BucketWithPolicy, { text: string; policy: NamedPolicy }>()

/** The policy of a bucket's record; null for none. Found once for each record, since every request asks for it. */
export function policyOf(bucket: BucketWithPolicy): NamedPolicy | null {
  const text = bucket.configs['policy']
  if (text === undefined) return null
  let known = ofBuckets.get(bucket)
  if (known === undefined || known.text !== text) {
    known = { text, policy: bucketPolicy(bucket.name, text) }
    ofBuckets.set(bucket, known)
  }
  return known.policy
}

const askingForTags = new WeakMap<CompiledPolicy, boolean>()

/** Whether a policy asks for the tags of the object. */
export function asksForTags({ policy }: NamedPolicy): boolean {
  let asks = askingForTags.get(policy)
  if (asks === undefined) {
    asks = [...policy.conditionKeys].some((key) => key.startsWith('s3:existingobjecttag/'))
    askingForTags.set(policy, asks)
  }
  return asks
}

/** Who may assume a role. */
export function trustPolicy(roleArn: string, text: string): NamedPolicy {
  return named({ name: `trust policy of ${roleArn}`, document: text }, 'trust')
}

function sessionPolicies(session: Session): readonly NamedPolicy[] {
  let policies = ofSessions.get(session)
  if (policies === undefined) {
    policies = session.policies.map((document, index) =>
      named({ name: `session policy ${index + 1}`, document }, 'session'),
    )
    ofSessions.set(session, policies)
  }
  return policies
}

function named({ name, document }: StoredPolicy, use: PolicyUse): NamedPolicy {
  return { name, policy: compiled(name, document, use) }
}

const allowEverything = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'

function everything(): NamedPolicy {
  return named({ name: 'the account itself', document: allowEverything }, 'identity')
}

const denyEverything = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}'

function compiled(name: string, document: string, use: PolicyUse): CompiledPolicy {
  const key = `${use} ${document}`
  const known = byText.get(key)
  if (known !== undefined) return known
  const result = compilePolicy(document, use)
  if (result.outcome === 'malformed') return uncompilable(name, result.problems)
  // The oldest goes first.
  const [oldest] = byText.keys()
  if (byText.size >= compiledPoliciesMax && oldest !== undefined) byText.delete(oldest)
  byText.set(key, result.policy)
  texts.set(result.policy, document)
  return result.policy
}

/** The document a policy was made of, JSON; null where it could not be read. */
export function documentOf(policy: CompiledPolicy): string | null {
  return texts.get(policy) ?? null
}

/** Policies are checked before they are stored. One that does not compile all the same must not open anything. */
function uncompilable(name: string, problems: readonly { path: string; message: string }[]): CompiledPolicy {
  logFault('A stored policy cannot be read; it denies everything', { policy: name, problems })
  const deny = compilePolicy(denyEverything, 'identity')
  if (deny.outcome === 'malformed') throw new Error('The policy that denies everything does not compile')
  return deny.policy
}
