// The resource /-/admin/buckets/{bucketName}/select: how S3 Select works in a bucket. docs/select.md.
import { denialSentence } from '../access/denial.ts'
import { bucketArn } from '../iam/permission.ts'
import { createStore } from '../store/create-store.ts'
import { invalid } from './accounts.ts'
import { noContent, refuse, succeed, type AdminAnswer } from './answer.ts'
import { parseBucketSelect } from './input.ts'
import type { Bucket } from '../store/buckets.ts'
import type { AdminRequest } from './route.ts'

/** The name of the stored configuration, which src/s3/select/dialect.ts reads. */
const configName = 'select'

/** The bucket, for administrators and whom of its account the policies allow the operation on it; else the refusal. */
async function bucketFor(request: AdminRequest, operation: string): Promise<{ bucket: Bucket } | AdminAnswer> {
  const { identity, access, isAdministrator } = request.caller
  const bucket = await createStore(request.env).bucket(request.bucketName)
  if (isAdministrator) return bucket === null ? noSuchBucket(request) : { bucket }
  // Others are not told whether it is there.
  if (bucket === null || bucket.accountId !== identity.accountId) return notTheirs
  const permission = { action: `edgeshard:${operation}`, resource: bucketArn(bucket.name) }
  const verdict = await access.decide(null, [permission])
  if (verdict.allowed) return { bucket }
  return refuse('AccessDenied', denialSentence(verdict, identity.principal.arn, permission))
}

const notTheirs = refuse('AccessDenied', 'A bucket is set up by the root account and by whose it is')

function noSuchBucket({ bucketName }: AdminRequest): AdminAnswer {
  return refuse('NoSuchBucket', `There is no bucket ${bucketName}`)
}

/** GET: the dialect; null where the deployment's counts. */
export async function handleGetBucketSelect(request: AdminRequest): Promise<AdminAnswer> {
  const found = await bucketFor(request, 'GetBucketSelect')
  if (!('bucket' in found)) return found
  const stored = found.bucket.configs[configName]
  const { dialect = null } = stored === undefined ? {} : (JSON.parse(stored) as { dialect?: string })
  return succeed(200, { dialect })
}

/** PUT: the dialect of all queries in the bucket whose request names none. */
export async function handlePutBucketSelect(request: AdminRequest): Promise<AdminAnswer> {
  const found = await bucketFor(request, 'PutBucketSelect')
  if (!('bucket' in found)) return found
  const checked = parseBucketSelect(request.body)
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  const { dialect } = checked.value
  const config = JSON.stringify({ dialect })
  const { outcome } = await createStore(request.env).setConfig(found.bucket, configName, config)
  return outcome === 'missing' ? noSuchBucket(request) : succeed(200, { dialect })
}

/** DELETE: the deployment's counts. */
export async function handleDeleteBucketSelect(request: AdminRequest): Promise<AdminAnswer> {
  const found = await bucketFor(request, 'DeleteBucketSelect')
  if (!('bucket' in found)) return found
  const { outcome } = await createStore(request.env).setConfig(found.bucket, configName, null)
  return outcome === 'missing' ? noSuchBucket(request) : noContent
}
