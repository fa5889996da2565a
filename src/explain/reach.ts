// What somebody can reach of a bucket, or of the objects below a prefix, by the stored policies alone: nothing that may be
// allowed under some condition is left out, and what is called certain needs no condition. Objects are meant that belong to
// the bucket's owner: what another account owns is that account's, where lists are in use. No I/O, no clock.
import { grantOf } from '../access/grants.ts'
import { bucketPolicy, type Loaded } from '../access/policy-set.ts'
import { emptyContext, type ConditionContext } from '../iam/condition-context.ts'
import { aclNeed, anonymousCanonicalId } from '../iam/acl.ts'
import { evaluate, type Question } from '../iam/evaluate.ts'
import { explain, type ConsideredStatement } from '../iam/explain.ts'
import { bucketArn, objectArn } from '../iam/permission.ts'
import { effectivePublicAccessBlock } from '../iam/public-access-block.ts'
import { isPublic } from '../iam/public-policy.ts'
import { withStatements } from './additions.ts'
import { isAssumed } from './anything.ts'
import { narrowed, narrowedSet, type View } from './narrowed-policies.ts'
import { overlapOf, type ResourceSet } from './resource-overlap.ts'
import { Statements, usefulGrant } from './statements.ts'
import type { Identity } from '../auth/identity.ts'
import type { Matched } from '../iam/decision.ts'
import type { NamedPolicy } from '../iam/policy.ts'
import type { Bucket } from '../store/buckets.ts'

export type ReachKind = 'read' | 'list' | 'write' | 'delete' | 'administer'

interface ReachAction {
  action: string
  level: 'bucket' | 'object'
}

const ofBucket = (...actions: string[]): ReachAction[] => actions.map((action) => ({ action, level: 'bucket' }))
const ofObjects = (...actions: string[]): ReachAction[] => actions.map((action) => ({ action, level: 'object' }))

/** The actions that each kind of access stands for: one of them is enough. */
export const reachActions: Readonly<Record<ReachKind, readonly ReachAction[]>> = {
  read: ofObjects('s3:GetObject', 's3:GetObjectVersion'),
  list: ofBucket('s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'),
  write: ofObjects('s3:PutObject'),
  delete: ofObjects('s3:DeleteObject', 's3:DeleteObjectVersion'),
  administer: [
    ...ofBucket(
      's3:DeleteBucket',
      's3:DeleteBucketPolicy',
      's3:PutBucketAcl',
      's3:PutBucketOwnershipControls',
      's3:PutBucketPolicy',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketVersioning',
      's3:PutLifecycleConfiguration',
    ),
    ...ofObjects('s3:PutObjectAcl'),
  ],
}

const kinds = ['read', 'list', 'write', 'delete', 'administer'] as const satisfies readonly ReachKind[]

export interface ReachedStatement extends Matched {
  effect: 'Allow' | 'Deny'
  /** Absent: it has none. */
  conditions?: { operator: string; key: string; values: readonly string[] }[]
  /** Resources as it has them, where they may not cover all that was asked about. */
  resources?: readonly string[]
}

export interface Reach {
  /** `conditional`: under conditions, for a part of the resources, or if no Deny applies that may. */
  access: 'always' | 'conditional'
  actions: string[]
  /** The statements that allow it; empty for the root identity of the bucket's account. */
  through: ReachedStatement[]
  /** Statements that deny it under conditions, or for a part of the resources. */
  unless: ReachedStatement[]
}

export type Reached = Partial<Record<ReachKind, Reach>>

/** Whom it is about. */
export interface Reacher {
  principal: Question['principal']
  /** Null: unknown. */
  canonicalId: string | null
  /** Null: of no account. */
  accountId: string | null
  loaded: Loaded
  /** What is sure of it. */
  context: ConditionContext
}

/** Of one bucket and prefix, for any number of principals. */
export class ReachOfBucket {
  readonly #bucket: Bucket
  readonly #prefix: string
  readonly #policy: NamedPolicy | null
  readonly #block: ReturnType<typeof effectivePublicAccessBlock>

  constructor(bucket: Bucket, prefix: string) {
    const stored = bucket.configs['policy']
    this.#bucket = bucket
    this.#prefix = prefix
    this.#policy = stored === undefined ? null : bucketPolicy(bucket.name, stored)
    this.#block = effectivePublicAccessBlock(bucket.configs['publicAccessBlock'], bucket.accountPublicAccessBlock)
  }

  /** Empty: nothing. */
  of(reacher: Reacher): Reached {
    const reached: Reached = {}
    for (const kind of kinds) {
      const reaches = reachActions[kind].flatMap((asked) => this.#action(reacher, asked) ?? [])
      if (reaches.length > 0) reached[kind] = merged(reaches)
    }
    return reached
  }

  #action(reacher: Reacher, asked: ReachAction): Reach | null {
    const possible = this.#question(reacher, asked, 'possible')
    if (!evaluate(possible).allowed) return null
    const certain = this.#question(reacher, asked, 'certain')
    const describe = this.#describer(reacher, this.#setOf(asked))
    const applying = explain(possible).matched.filter(({ effect }) => effect === 'Allow')
    const denying = explain(certain).matched.filter(({ effect }) => effect === 'Deny')
    return {
      access: evaluate(certain).allowed ? 'always' : 'conditional',
      actions: [asked.action],
      through: [...grantOfLists(possible), ...applying.map(describe).filter(tellsSomething)],
      unless: denying.map(describe),
    }
  }

  #setOf({ level }: ReachAction): ResourceSet {
    const { name } = this.#bucket
    if (level === 'bucket') return { arn: bucketArn(name), isPrefix: false }
    return { arn: objectArn(name, this.#prefix), isPrefix: true }
  }

  #question(reacher: Reacher, asked: ReachAction, view: View): Question {
    const set = this.#setOf(asked)
    const narrowing = { view, set, context: reacher.context }
    const policy = this.#policy === null ? null : this.#policyFor(reacher, this.#policy)
    return {
      principal: reacher.principal,
      canonicalId: reacher.canonicalId,
      action: asked.action,
      resource: set.arn,
      resourceAccountId: this.#bucket.accountId,
      // Conditions are gone from the statements.
      context: emptyContext,
      policies: narrowedSet(reacher.loaded.policies, narrowing),
      resourcePolicy: policy === null ? null : narrowed(policy, narrowing),
      acl: this.#grant(reacher, asked.action, view),
    }
  }

  /** Where the account restricts public buckets, what a public policy allows counts for nobody outside. */
  #policyFor({ accountId, principal }: Reacher, named: NamedPolicy): NamedPolicy {
    const isInside = accountId === this.#bucket.accountId || principal.type === 'Service'
    if (isInside || !this.#block.RestrictPublicBuckets || !isPublic(named.policy)) return named
    const denies = named.policy.statements.filter(({ effect }) => effect === 'Deny')
    return { name: named.name, policy: withStatements(named.policy, denies) }
  }

  #grant({ canonicalId, principal }: Reacher, action: string, view: View): Question['acl'] {
    const need = aclNeed(action)
    if (need === null || (need.ownObject && view === 'certain')) return null
    // The list of an object is not looked at. To write to the bucket allows to delete what is one's own: there may be some.
    const own = need.ownObject ? { acl: null, ownerCanonicalId: canonicalId ?? anonymousCanonicalId } : null
    return grantOf(this.#bucket, own, {
      action,
      identity: requesterOf(principal, canonicalId),
      ignorePublic: this.#block.IgnorePublicAcls,
    })
  }

  #describer({ loaded, context }: Reacher, set: ResourceSet): (one: ConsideredStatement) => ReachedStatement {
    const statements = new Statements({ policies: loaded.policies, resourcePolicy: this.#policy })
    return (one) => {
      const { kind, policy: name, sid, index, effect } = one
      const found = statements.find(one)
      const told = { kind, policy: name, sid, index, effect }
      if (found === null) return told
      const { statement, policy } = found
      const conditions = statement.conditions.map(({ operator, key, values }) => ({
        operator: operator.name,
        key,
        values,
      }))
      const isWhole = overlapOf(statement, set, { version: policy.version, context }) === 'all'
      return {
        ...told,
        ...(conditions.length === 0 ? null : { conditions }),
        ...(isWhole ? null : { resources: statement.source.resources }),
      }
    }
  }
}

/** Of boundaries and the like only what narrows something is worth telling. */
function tellsSomething({ kind, policy, conditions, resources }: ReachedStatement): boolean {
  if (isAssumed(policy)) return false
  return kind === 'identity' || kind === 'resource' || conditions !== undefined || resources !== undefined
}

function grantOfLists(question: Question): ReachedStatement[] {
  const acl = usefulGrant(question)
  return acl === null ? [] : [{ kind: 'acl', policy: acl.name, sid: null, index: 0, effect: 'Allow' }]
}

/** Lists ask for nothing of who asks but its canonical id. */
function requesterOf(principal: Question['principal'], canonicalId: string | null): Identity {
  if (principal.type === 'Anonymous' || principal.type === 'Service' || principal.type === 'WebIdentity') {
    return { kind: 'anonymous' }
  }
  return {
    kind: 'account',
    accountId: principal.accountId,
    canonicalId: canonicalId ?? '',
    displayName: '',
    accessKeyId: '',
    isRoot: false,
    principal,
    session: null,
  }
}

function merged(reaches: readonly Reach[]): Reach {
  return {
    access: reaches.some(({ access }) => access === 'always') ? 'always' : 'conditional',
    actions: reaches.flatMap(({ actions }) => actions),
    through: unique(reaches.flatMap(({ through }) => through)),
    unless: unique(reaches.flatMap(({ unless }) => unless)),
  }
}

function unique(statements: readonly ReachedStatement[]): ReachedStatement[] {
  return [...new Map(statements.map((one) => [`${one.kind} ${one.policy} ${one.index}`, one])).values()]
}
