// The resource /-/admin/explain: why somebody may do something or may not, and who can reach a bucket. docs/explain.md.
import { accessSources } from '../access/sources.ts'
import { connectionFacts } from '../access/request-facts.ts'
import { isRootIdentity } from '../explain/decision-header.ts'
import { explainAccess } from '../explain/explain-access.ts'
import { findPrincipal } from '../explain/find-principal.ts'
import { reachOfNamed } from '../explain/named-principals.ts'
import { reachOfAll, reachOfPrincipals } from '../explain/reach-page.ts'
import { bucketArn } from '../iam/permission.ts'
import { createStore } from '../store/create-store.ts'
import { listPrincipals } from '../store/tables/principals.ts'
import { invalid } from './accounts.ts'
import { refuse, succeed } from './answer.ts'
import { parseExplainQuery, parseReachQuery, reachToken } from './explain-input.ts'
import type { Identity } from '../auth/identity.ts'
import type { Bucket } from '../store/buckets.ts'
import type { AdminAnswer, Json } from './answer.ts'
import type { AdminCaller, AdminRequest } from './route.ts'

/** GET …/explain: the decision about a request that somebody could make, and every statement that had a say. */
export async function handleExplainAccess(request: AdminRequest): Promise<AdminAnswer> {
  const { env, caller, now } = request
  const checked = parseExplainQuery(request.query)
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  const asked = checked.value
  // 1. May they know? Where they may not, nothing tells whether there is such a bucket or principal.
  const bucket = asked.bucketName === null ? null : await createStore(env).bucket(asked.bucketName)
  if (!(await mayExplain(caller, { bucket, ...asked }))) return notTheirs
  if (bucket === null && asked.bucketName !== null)
    return refuse('NoSuchBucket', `There is no bucket ${asked.bucketName}`)
  const found = await findPrincipal(env, asked.principal, now)
  if (found.outcome === 'invalid') return invalid([found.message])
  if (!caller.isAdministrator && !isOfAccount(found, caller.identity.accountId)) return notTheirs
  if (found.outcome === 'missing') return refuse('NoSuchPrincipal', `There is no principal ${asked.principal}`)
  // 2. Why?
  const { identity } = found
  const supposed = { ...asked, identity, bucket, isSecure: isSecure(request), region: regionOf(request), now }
  const report = await explainAccess(supposed, accessSources(env))
  const about = { principal: describeIdentity(identity), action: asked.action, resource: asked.resource }
  return succeed(200, { ...about, ...report } as unknown as Json)
}

/** GET …/explain/reach: who can read, list, write, delete or administer a bucket, or what is below a prefix. */
export async function handleExplainReach(request: AdminRequest): Promise<AdminAnswer> {
  const { env, caller } = request
  const checked = parseReachQuery(request.query)
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  const { bucketName, prefix, after, limit } = checked.value
  const bucket = await createStore(env).bucket(bucketName)
  if (!(await mayExplain(caller, { bucket, resource: bucketArn(bucketName) }))) return notTheirs
  if (bucket === null) return refuse('NoSuchBucket', `There is no bucket ${bucketName}`)
  // Principals of other accounts have policies that are theirs to know.
  const accountId = caller.isAdministrator ? null : bucket.accountId
  const { principals, isTruncated } = await listPrincipals(env, accountId, { after, limit })
  const reaching = await reachOfPrincipals({ bucket, prefix }, principals, accessSources(env))
  const isFirst = after === null
  const { named, leftOut } = isFirst ? reachOfNamed(bucket, prefix) : { named: [], leftOut: 0 }
  const answer = {
    bucket: bucket.name,
    prefix,
    principals: [...(isFirst ? reachOfAll(bucket, prefix) : []), ...reaching],
    named,
    namedLeftOut: leftOut,
    notes: notesOn(bucket, caller),
    next: isTruncated ? reachToken(principals.at(-1)) : null,
  }
  return succeed(200, answer as unknown as Json)
}

const notTheirs = refuse(
  'AccessDenied',
  'Explanations are for the root account, and for the account that owns what is asked about: its root identity, and whom its policies allow edgeshard:Explain',
)

/** Administrators, and for what its account owns the root identity and whoever is allowed `edgeshard:Explain` on it. */
async function mayExplain(
  { identity, access, isAdministrator }: AdminCaller,
  { bucket, resource, bucketName = null }: { bucket: Bucket | null; resource: string; bucketName?: string | null },
): Promise<boolean> {
  if (isAdministrator) return true
  const { accountId } = identity
  if (bucket === null && (bucketName !== null || !isOfNoOther(resource, accountId))) return false
  if (bucket !== null && bucket.accountId !== accountId) return false
  if (isRootIdentity(identity)) return true
  return (await access.decide(bucket, [{ action: 'edgeshard:Explain', resource }])).allowed
}

/** `*`, or an ARN of the account. */
function isOfNoOther(resource: string, accountId: string): boolean {
  return resource === '*' || /^arn:aws:[^:]+:[^:]*:(\d{12}):/.exec(resource)?.[1] === accountId
}

type Found = Awaited<ReturnType<typeof findPrincipal>>

function isOfAccount(found: Found, accountId: string): boolean {
  if (found.outcome === 'missing') return found.accountId === accountId
  if (found.outcome === 'invalid') return false
  return found.identity.kind === 'anonymous' || found.identity.accountId === accountId
}

/** A request is supposed to come as this one does. */
function isSecure({ request, env }: AdminRequest): boolean {
  return connectionFacts(request, env.EDGESHARD_CLIENT_IP_HEADER ?? null).isSecure
}

function regionOf({ env }: AdminRequest): string {
  return env.EDGESHARD_REGION ?? 'us-east-1'
}

function describeIdentity(identity: Identity): { [name: string]: Json } {
  if (identity.kind === 'anonymous') return { type: 'Anonymous' }
  const { type, arn, accountId } = identity.principal
  return { type, arn, accountId }
}

function notesOn({ ownership }: Bucket, { isAdministrator }: AdminCaller): string[] {
  const notes = isAdministrator
    ? []
    : ['Other accounts are told of by what the bucket names: their own policies decide too, and are not looked at']
  if (ownership !== 'BucketOwnerEnforced') {
    notes.push(
      'Access control lists are in use: each object may have its own, which are not looked at and may let in others, and an object that another account wrote is decided about by that account',
    )
  }
  return notes
}
