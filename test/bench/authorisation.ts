// What authentication and authorisation cost: warm requests by somebody against the same pipeline that asks nobody for
// anything (open-worker.ts), in processor time of the servers.
import { serverAt } from '../support/endpoint.ts'
import { elementOf, iamClient } from '../support/iam-client.ts'
import { rootKey } from '../support/server-process.ts'
import type { Credentials } from '../support/address.ts'
import { numbered } from './loads.ts'
import { measure } from './measure.ts'
import { bucketStatements, twentyStatements } from './policy.ts'
import { bodyOf, KiB, operation, over, runAll } from './requests.ts'
import { startBehindProxy, startOpen, type Target } from './targets.ts'
import type { Options } from './options.ts'
import type { Result } from './report.ts'
import type { Row } from './rows.ts'
import type { Plan } from './slice.ts'

/** With five attached policies and a bucket policy. */
export const onTopMicrosecondsMax = 150

const objects = 200
const policies = 5
/** Of the root account, without a policy. */
const plainBucket = 'plain'
/** Of an account, with a policy; what its user may read is below the user's name. */
const guardedBucket = 'guarded'
const userName = 'bench'

export async function measureAuthorisation(options: Options): Promise<Result[]> {
  const product = await startBehindProxy()
  const open = await startOpen()
  try {
    await fill(open, plainBucket)
    await fill(product, plainBucket)
    const user = product.as(await prepareUser(product))
    const results: Result[] = []
    for (const connections of [1, 16]) {
      for (const row of rowsOf({ product, user, open })) results.push(await measure(row, connections, options))
    }
    return results
  } finally {
    await product.remove()
    await open.remove()
  }
}

function rowsOf({ product, user, open }: Record<'product' | 'user' | 'open', Target>): Row[] {
  const row = (name: string, target: Target, bucket: string): Row => ({
    name,
    connections: [],
    measured: { target, plan: heads(target, bucket) },
    reference: { target: open, plan: heads(open, plainBucket) },
    against: 'nobody asked',
  })
  return [
    row('the root key, its own bucket', product, plainBucket),
    row('a user, 5 policies of 20 statements, a bucket policy', user, guardedBucket),
  ]
}

/** The policies deny what came without encryption. */
const headers = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }

/** Every answer is one hop to a shard and has no body. */
function heads(target: Target, bucket: string): Plan {
  return () =>
    over(
      numbered(objects, (index) =>
        operation(target, { method: 'HEAD', path: pathOf(bucket, index), headers }, { status: 200 }),
      ),
    )
}

function pathOf(bucket: string, index: number): string {
  return `/${bucket}/home/${userName}/k${index}`
}

async function fill(target: Target, bucket: string): Promise<void> {
  await target.call({ method: 'PUT', path: `/${bucket}` })
  const puts = numbered(objects, (index) =>
    operation(target, { method: 'PUT', path: pathOf(bucket, index) }, { status: 200 }, bodyOf(4 * KiB)),
  )
  await runAll(target, puts)
}

/** A user whom only the last statement of the last policy allows to read. */
async function prepareUser(product: Target): Promise<Credentials> {
  const endpoint = serverAt({ url: product.url, dataDir: product.dataDir, ...rootKey })
  const owner = await endpoint.account('bench')
  const { accountId: other } = await endpoint.account('another')
  const bucketPolicy = JSON.stringify({ Version: '2012-10-17', Statement: bucketStatements(guardedBucket, other) })
  const asOwner = product.as(owner)
  await fill(asOwner, guardedBucket)
  const iam = iamClient(product, owner)
  const user = await iam.user(userName)
  for (let number = 1; number <= policies; number++) {
    const Statement = twentyStatements(number === policies ? guardedBucket : `of-others-${number}`)
    const created = await iam.call('CreatePolicy', {
      PolicyName: `bench-${number}`,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    })
    await iam.call('AttachUserPolicy', { UserName: userName, PolicyArn: elementOf(created, 'Arn') })
  }
  const piece = Buffer.from(bucketPolicy)
  const put = { method: 'PUT', path: `/${guardedBucket}`, query: { policy: '' }, length: piece.length } as const
  await asOwner.call(put, { body: { piece, times: 1 } })
  return { accessKeyId: user.accessKeyId, secretAccessKey: user.secretAccessKey }
}
