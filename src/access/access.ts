// What a request may do: policies, access control lists and facts of the object are brought together, and `iam` decides.
import { anonymousCanonicalId } from '../iam/acl.ts'
import { evaluate, type AclGrant, type Question } from '../iam/evaluate.ts'
import type { NamedPolicy, PolicySet } from '../iam/policy.ts'
import { effectivePublicAccessBlock } from '../iam/public-access-block.ts'
import { isPublic } from '../iam/public-policy.ts'
import { bucketArn } from '../iam/permission.ts'
import { dependsOnObject, grantOf, isOfTheObject, type ObjectList } from './grants.ts'
import { conditionContext } from './conditions.ts'
import { asksForTags, loadPolicies, policyOf, type Loaded } from './policy-set.ts'
import type { Identity } from '../auth/identity.ts'
import type { Basis } from '../iam/basis.ts'
import type { Decision } from '../iam/decision.ts'
import type { Permission } from '../iam/permission.ts'
import type { SignedPrincipal } from '../iam/principal.ts'
import type { Bucket } from '../store/buckets.ts'
import type { FactsOutcome } from '../shard/rpc.ts'
import type { StoredPolicies } from '../store/tables/principal-policies.ts'
import type { RequestFacts } from './request-facts.ts'

/** Where decisions get what they need to know. */
export interface AccessSources {
  /** Null when the user or role is gone. */
  policies(principal: SignedPrincipal): Promise<StoredPolicies | null>
  /** One hop to the key's shard. */
  objectFacts(bucket: Bucket, object: { key: string; versionId: string | null }): Promise<FactsOutcome>
  /** Null when there is no such account. */
  owner(accountId: string): Promise<{ canonicalId: string } | null>
}

/** A decision and what it was about. */
export type Verdict = Decision & {
  identity: Identity
  permission: Permission
  /** Null where nobody owns what is asked for. */
  ownerAccountId: string | null
  /** The bucket it was asked about; null for none. */
  bucket: Bucket | null
}

/** Sees every question that is put to the policies, and its answer: for explanations. */
export type Witness = (question: Question, decision: Decision) => void

type FoundFacts = Extract<FactsOutcome, { outcome: 'found' }>

/** What one evaluation is about beside the permission. */
interface Asked {
  resourceAccountId: string | null
  objectTags: Readonly<Record<string, string>> | null
  resourcePolicy: NamedPolicy | null
  acl: AclGrant
}

const nothingAsked: Decision = { allowed: true, matched: null, reason: 'No permission is needed' }
const ownersOwn: Decision = {
  allowed: true,
  matched: null,
  reason: "The account's own bucket, and nothing may forbid it",
}
const nothingThere: Decision = {
  allowed: true,
  matched: null,
  reason: 'There is no such object, and the bucket may be listed',
}
const principalGone: Decision = {
  allowed: false,
  denial: 'implicit',
  matched: null,
  missing: 'identity',
  reason: 'The user or role does not exist any more',
}

/** A permission that is settled when the object is known. */
interface Deferred {
  bucket: Bucket
  permission: Permission
}

/** Decides for one request. */
export class Access {
  readonly #request: RequestFacts
  readonly #sources: AccessSources
  readonly #witness: Witness | null
  #loading: Promise<Loaded | null> | null = null
  readonly #looked = new Map<string, Promise<FactsOutcome>>()
  readonly #deferred: Deferred[] = []
  /** Every permission that was decided, in order: what the request's record and its explanation show. */
  readonly verdicts: Verdict[] = []

  constructor(request: RequestFacts, sources: AccessSources, witness: Witness | null = null) {
    this.#request = request
    this.#sources = sources
    this.#witness = witness
  }

  /**
   * Whether all of it is allowed; the first that is not decides. `bucket` is the one the resources lie in; null where
   * they lie in none that exists (ListBuckets, CreateBucket). Costs a hop to the object's shard where its owner, list or
   * tags matter.
   */
  async decide(bucket: Bucket | null, permissions: readonly Permission[]): Promise<Verdict> {
    return this.#all(bucket, permissions, (permission) => this.#decideOne(bucket, permission, null))
  }

  /** The same for an operation that reads the object anyway: what depends on the object is left to `settle`. */
  async decideOrDefer(bucket: Bucket | null, permissions: readonly Permission[]): Promise<Verdict> {
    return this.#all(bucket, permissions, async (permission) => {
      if (bucket === null || !(await this.#dependsOnObject(bucket, permission))) {
        return this.#decideOne(bucket, permission, null)
      }
      this.#deferred.push({ bucket, permission })
      return null
    })
  }

  /**
   * Decides what was left, now that the object is known; null where nothing was. To be called before anything of it is
   * told, and again for another version.
   */
  async settle(facts: FactsOutcome): Promise<Verdict | null> {
    let verdict: Verdict | null = null
    for (const { bucket, permission } of this.#deferred) {
      verdict = await this.#decideOne(bucket, permission, facts)
      this.verdicts.push(verdict)
      if (!verdict.allowed) return verdict
    }
    return verdict
  }

  /**
   * `decide` for an object that is not at hand yet, the source of a copy. Without a hop where the bucket's owner owns
   * the object, which whoever reads it then has to see to: that is the basis.
   */
  async judge(bucket: Bucket, permissions: readonly Permission[]): Promise<{ verdict: Verdict; basis: Basis }> {
    const depends = await Promise.all(permissions.map((permission) => this.#dependsOnObject(bucket, permission)))
    if (!depends.some(Boolean)) return { verdict: await this.decide(bucket, permissions), basis: null }
    const basis = { owner: bucket.accountId }
    if (!depends.includes('tags') && (await this.allows(bucket, permissions, basis))) {
      const own = this.#ownedBy(basis.owner)
      const verdict = await this.#all(bucket, permissions, (permission) => this.#decideOne(bucket, permission, own))
      return { verdict, basis }
    }
    return this.judgeVersion(bucket, permissions)
  }

  /** The same for the version that is there now. */
  async judgeVersion(bucket: Bucket, permissions: readonly Permission[]): Promise<{ verdict: Verdict; basis: Basis }> {
    const verdict = await this.decide(bucket, permissions)
    for (const looked of this.#looked.values()) {
      const facts = await looked
      if (facts.outcome === 'found') return { verdict, basis: { seq: facts.seq } }
    }
    return { verdict, basis: null }
  }

  /** Whether all of it would be allowed: for what a request can do without. Leaves no verdict behind. */
  async allows(bucket: Bucket | null, permissions: readonly Permission[], basis: Basis = null): Promise<boolean> {
    const facts = basis !== null && 'owner' in basis ? this.#ownedBy(basis.owner) : null
    for (const permission of permissions) {
      if (!(await this.#decideOne(bucket, permission, facts)).allowed) return false
    }
    return true
  }

  /** The first denial, or the last verdict; `decideOne` gives null for what is not decided yet. */
  async #all(
    bucket: Bucket | null,
    permissions: readonly Permission[],
    decideOne: (permission: Permission) => Promise<Verdict | null>,
  ): Promise<Verdict> {
    let last: Verdict | null = null
    for (const permission of permissions) {
      const verdict = await decideOne(permission)
      if (verdict === null) continue
      this.verdicts.push(verdict)
      if (!verdict.allowed) return verdict
      last = verdict
    }
    return last ?? this.#verdict(nothingAsked, bucket, { action: '', resource: '' })
  }

  /** `facts` null: they are looked up where they matter. */
  async #decideOne(bucket: Bucket | null, permission: Permission, facts: FactsOutcome | null): Promise<Verdict> {
    const { identity } = this.#request
    const loaded = await this.#load()
    if (loaded === null) return this.#verdict(principalGone, bucket, permission)
    if (bucket === null) {
      const asked = { resourceAccountId: null, objectTags: null, resourcePolicy: null, acl: null }
      return this.#verdict(this.#evaluate(loaded, permission, asked), null, permission)
    }
    const known =
      facts ?? ((await this.#dependsOnObject(bucket, permission)) ? await this.#look(bucket, permission) : null)
    const found = known?.outcome === 'found' ? known : null
    const owner = this.#ownerOf(bucket, permission, found)
    if (owner === bucket.accountId && isOwnersOwn(identity, loaded, { bucket, action: permission.action })) {
      return this.#verdict(ownersOwn, bucket, permission)
    }
    const { decision, isDenied } = await this.#inBucket(loaded, bucket, { permission, found, owner })
    const isNothing = !decision.allowed && !isDenied && known !== null && found === null
    const settled = isNothing ? await this.#ofNothing(decision, bucket, permission) : decision
    return this.#verdict(settled, bucket, permission, owner)
  }

  #load(): Promise<Loaded | null> {
    this.#loading ??= loadPolicies(this.#request.identity, (principal) => this.#sources.policies(principal))
    return this.#loading
  }

  async #inBucket(
    loaded: Loaded,
    bucket: Bucket,
    { permission, found, owner }: { permission: Permission; found: FoundFacts | null; owner: string },
  ): Promise<{ decision: Decision; isDenied: boolean }> {
    const policy = policyOf(bucket)
    const block = effectivePublicAccessBlock(bucket.configs['publicAccessBlock'], bucket.accountPublicAccessBlock)
    const asked = {
      resourceAccountId: owner,
      objectTags: found?.tags ?? null,
      resourcePolicy: policy,
      acl: isNobodysOwn(permission, owner)
        ? nobodysOwn
        : grantOf(bucket, await this.#listOf(bucket, found), {
            action: permission.action,
            identity: this.#request.identity,
            ignorePublic: block.IgnorePublicAcls,
          }),
    }
    const decision = this.#evaluate(loaded, permission, asked)
    const isDenied = !decision.allowed && decision.denial === 'explicit'
    const restrict = block.RestrictPublicBuckets
    // Where the bucket's policy may only deny, once more without what it allows.
    if (policy !== null && !isDenied && this.#mayOnlyDeny(policy, bucket, { owner, restrict })) {
      return { decision: this.#evaluate(loaded, permission, { ...asked, resourcePolicy: null }), isDenied }
    }
    return { decision, isDenied }
  }

  /**
   * A bucket policy allows nothing on objects of other accounts, which it still may deny, nor, where the account restricts
   * public buckets, to anybody outside when it is public.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
   */
  #mayOnlyDeny(
    policy: NamedPolicy,
    bucket: Bucket,
    { owner, restrict }: { owner: string; restrict: boolean },
  ): boolean {
    if (owner !== bucket.accountId) return true
    const { identity } = this.#request
    const isOutside = identity.kind === 'anonymous' || identity.accountId !== bucket.accountId
    return restrict && isOutside && isPublic(policy.policy)
  }

  /**
   * Where lists are in use and there is no object, there is none to grant anything; who may list the bucket may learn that
   * it is not there. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  async #ofNothing(denied: Decision, bucket: Bucket, permission: Permission): Promise<Decision> {
    const conditions = { 's3:prefix': [keyOf(bucket, permission.resource) ?? ''] }
    const listing = { action: 's3:ListBucket', resource: bucketArn(bucket.name), conditions }
    return (await this.#decideOne(bucket, listing, null)).allowed ? nothingThere : denied
  }

  /** Whether something of the object can change the decision, and whether its tags can. */
  async #dependsOnObject(bucket: Bucket, permission: Permission): Promise<false | 'owner' | 'tags'> {
    const { action } = permission
    if (permission.ofNewObject !== undefined || keyOf(bucket, permission.resource) === null) return false
    const loaded = await this.#load()
    if (loaded === null) return false
    if (isOfTheObject(action) && anyAsksForTags(loaded.policies, policyOf(bucket))) return 'tags'
    return dependsOnObject(bucket, action, this.#request.identity) ? 'owner' : false
  }

  /** Once for each object. */
  #look(bucket: Bucket, permission: Permission): Promise<FactsOutcome> {
    const key = keyOf(bucket, permission.resource) ?? ''
    const versionId = this.#versionOf(permission)
    const name = JSON.stringify([bucket.bucketId, key, versionId])
    let looked = this.#looked.get(name)
    if (looked === undefined) {
      looked = this.#sources.objectFacts(bucket, { key, versionId })
      this.#looked.set(name, looked)
    }
    return looked
  }

  /** An object of this account with a private list. */
  #ownedBy(owner: string): FoundFacts {
    return { outcome: 'found', owner, acl: null, tags: {}, versionId: '', seq: 0 }
  }

  /** The account that decides about the resource; the canonical id of nobody for what an unsigned request owns. */
  #ownerOf(bucket: Bucket, { action, ofNewObject }: Permission, facts: FoundFacts | null): string {
    if (ofNewObject === 'writer' && bucket.ownership !== 'BucketOwnerEnforced') {
      const { identity } = this.#request
      return identity.kind === 'anonymous' ? anonymousCanonicalId : identity.accountId
    }
    return facts !== null && isOfTheObject(action) ? facts.owner : bucket.accountId
  }

  /** The object's list and whose it is; null where nothing was looked up. */
  async #listOf(bucket: Bucket, facts: FoundFacts | null): Promise<ObjectList | null> {
    if (facts === null) return null
    if (facts.owner === bucket.accountId) return { acl: facts.acl, ownerCanonicalId: bucket.canonicalId }
    if (facts.owner === anonymousCanonicalId) return { acl: facts.acl, ownerCanonicalId: anonymousCanonicalId }
    const owner = await this.#sources.owner(facts.owner)
    return { acl: facts.acl, ownerCanonicalId: owner?.canonicalId ?? '' }
  }

  #versionOf({ action, conditions }: Permission): string | null {
    const own = conditions?.['s3:versionid']
    if (own !== undefined) return own[0] ?? null
    return action.includes('Version') ? this.#request.query.get('versionId') : null
  }

  #evaluate({ policies, tags }: Loaded, { action, resource, conditions }: Permission, asked: Asked): Decision {
    const { identity } = this.#request
    const question: Question = {
      principal: identity.kind === 'anonymous' ? { type: 'Anonymous' } : identity.principal,
      canonicalId: identity.kind === 'anonymous' ? null : identity.canonicalId,
      action,
      resource,
      resourceAccountId: asked.resourceAccountId,
      context: conditionContext({
        request: this.#request,
        resourceAccountId: asked.resourceAccountId,
        principalTags: tags,
        objectTags: asked.objectTags,
        own: conditions,
      }),
      policies,
      resourcePolicy: asked.resourcePolicy,
      acl: asked.acl,
    }
    const decision = evaluate(question)
    this.#witness?.(question, decision)
    return decision
  }

  #verdict(decision: Decision, bucket: Bucket | null, permission: Permission, owner?: string): Verdict {
    const ownerAccountId = owner ?? bucket?.accountId ?? null
    return { ...decision, identity: this.#request.identity, permission, ownerAccountId, bucket }
  }
}

/** What nobody writes is nobody's, as far as nobody may write there at all. */
function isNobodysOwn({ ofNewObject }: Permission, owner: string): boolean {
  return ofNewObject === 'writer' && owner === anonymousCanonicalId
}

const nobodysOwn: AclGrant = { to: 'everyone', name: 'FULL_CONTROL to the writer' }

/**
 * What the root identity of the bucket's account may always do, or a policy could lock everybody out.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
const unlockActions: ReadonlySet<string> = new Set([
  's3:DeleteBucketPolicy',
  's3:GetBucketPolicy',
  's3:PutBucketPolicy',
])

/** Whether an account does something with its own and nothing could forbid it. The way of most requests. */
function isOwnersOwn(
  identity: Identity,
  { policies }: Loaded,
  { bucket, action }: { bucket: Bucket; action: string },
): boolean {
  if (identity.kind === 'anonymous' || identity.principal.type !== 'Account') return false
  if (identity.accountId !== bucket.accountId) return false
  if (policies.session !== null || policies.serviceControl !== null) return false
  if (unlockActions.has(action)) return true
  return bucket.configs['policy'] === undefined
}

/** The key of an object's ARN; null for the bucket itself. */
function keyOf({ name }: Bucket, resource: string): string | null {
  const prefix = `${bucketArn(name)}/`
  return resource.startsWith(prefix) ? resource.slice(prefix.length) : null
}

/** Whether one of the policies asks for the tags of the object. */
function anyAsksForTags(
  { identity, boundary, session, serviceControl }: PolicySet,
  policy: NamedPolicy | null,
): boolean {
  return (
    identity.some(asksForTags) ||
    (policy !== null && asksForTags(policy)) ||
    (boundary !== null && asksForTags(boundary)) ||
    session?.some(asksForTags) === true ||
    serviceControl?.some(asksForTags) === true
  )
}
