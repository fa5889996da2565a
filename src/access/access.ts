// What a request may do: policies, access control lists and facts of the object are brought together, and `iam` decides.
import { anonymousCanonicalId } from '../iam/acl.ts'
import { evaluate, type AclGrant, type Question } from '../iam/evaluate.ts'
import type { NamedPolicy } from '../iam/policy.ts'
import { effectivePublicAccessBlock } from '../iam/public-access-block.ts'
import { isPublic } from '../iam/public-policy.ts'
import { bucketArn } from '../iam/permission.ts'
import { dependsOnObject, grantOf, isOfTheObject, type ObjectList } from './grants.ts'
import { conditionContext } from './conditions.ts'
import { loadPolicies, policyOf, type Loaded } from './policy-set.ts'
import * as rules from './rules.ts'
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
  /** ARN of who began the upload; null when there is none, or it is not known. */
  initiator(bucket: Bucket, upload: { key: string; uploadId: string }): Promise<string | null>
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

/** No version has this sequence number. */
const noSeq = -1

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
    // There was none: one that comes meanwhile was not judged.
    return { verdict, basis: { seq: noSeq } }
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
    return last ?? this.#verdict(rules.nothingAsked, bucket, { action: '', resource: '' })
  }

  /** `facts` null: they are looked up where they matter. */
  async #decideOne(bucket: Bucket | null, permission: Permission, facts: FactsOutcome | null): Promise<Verdict> {
    const { identity } = this.#request
    const loaded = await this.#load()
    if (loaded === null) return this.#verdict(rules.principalGone, bucket, permission)
    if (bucket === null) {
      const asked = { resourceAccountId: null, objectTags: null, resourcePolicy: null, acl: null }
      return this.#verdict(this.#evaluate(loaded, permission, asked), null, permission)
    }
    const known =
      facts ?? ((await this.#dependsOnObject(bucket, permission)) ? await this.#look(bucket, permission) : null)
    const found = known?.outcome === 'found' ? known : null
    const owner = this.#ownerOf(bucket, permission, found)
    if (owner === bucket.accountId && rules.isOwnersOwn(identity, loaded, { bucket, action: permission.action })) {
      return this.#verdict(rules.ownersOwn, bucket, permission)
    }
    const { decision, isDenied } = await this.#inBucket(loaded, bucket, { permission, found, owner })
    if (!decision.allowed && !isDenied && (await this.#isInitiators(loaded, bucket, permission))) {
      return this.#verdict(rules.initiatorsOwn, bucket, permission)
    }
    const isNothing = !decision.allowed && !isDenied && known !== null && found === null
    const settled = isNothing ? await this.#ofNothing(decision, bucket, permission) : decision
    return this.#verdict(settled, bucket, permission, owner)
  }

  /** Whether the requester, or its account, began the upload that is asked about. */
  async #isInitiators(loaded: Loaded, bucket: Bucket, { action, resource }: Permission): Promise<boolean> {
    const { identity, query } = this.#request
    const key = rules.keyOf(bucket, resource)
    const uploadId = query.get('uploadId')
    if (identity.kind === 'anonymous' || key === null || uploadId === null || !rules.isOfInitiator(loaded, action))
      return false
    return rules.isInitiator(identity.principal, await this.#sources.initiator(bucket, { key, uploadId }))
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
            // Who may write by the bucket's list may give what it writes its tags.
            action: permission.ofNewObject === 'bucket' ? 's3:PutObject' : permission.action,
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
    const conditions = { 's3:prefix': [rules.keyOf(bucket, permission.resource) ?? ''] }
    const listing = { action: 's3:ListBucket', resource: bucketArn(bucket.name), conditions }
    return (await this.#decideOne(bucket, listing, null)).allowed ? rules.nothingThere : denied
  }

  /** Whether something of the object can change the decision, and whether its tags can. */
  async #dependsOnObject(bucket: Bucket, permission: Permission): Promise<false | 'owner' | 'tags'> {
    const { action } = permission
    if (permission.ofNewObject !== undefined || rules.keyOf(bucket, permission.resource) === null) return false
    const loaded = await this.#load()
    if (loaded === null) return false
    if (isOfTheObject(action) && rules.anyAsksForTags(loaded.policies, policyOf(bucket))) return 'tags'
    return dependsOnObject(bucket, action, this.#request.identity) ? 'owner' : false
  }

  /** Once for each object. */
  #look(bucket: Bucket, permission: Permission): Promise<FactsOutcome> {
    const key = rules.keyOf(bucket, permission.resource) ?? ''
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
    if (facts === null || !isOfTheObject(action)) return bucket.accountId
    // What nobody owns the bucket's owner decides about, or nobody could (ceph/s3-tests test_post_object_tags_anonymous_request).
    return facts.owner === anonymousCanonicalId ? bucket.accountId : facts.owner
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
