// The resource /-/admin/accounts/{accountId}/public-access-block: what holds for all buckets of an account.
import { createStore } from '../store/create-store.ts'
import { getAccount } from '../store/tables/accounts.ts'
import { invalid, noSuchAccount } from './accounts.ts'
import { noContent, succeed } from './answer.ts'
import { parsePublicAccessBlockInput } from './input.ts'
import { readPublicAccessBlock } from '../iam/public-access-block.ts'
import type { PublicAccessBlock } from '../iam/public-access-block.ts'
import type { AdminAnswer, Json } from './answer.ts'
import type { PublicAccessBlockInput } from './input.ts'
import type { AdminRequest } from './route.ts'

function describeBlock(block: PublicAccessBlock): { [name: string]: Json } {
  return {
    blockPublicAcls: block.BlockPublicAcls,
    ignorePublicAcls: block.IgnorePublicAcls,
    blockPublicPolicy: block.BlockPublicPolicy,
    restrictPublicBuckets: block.RestrictPublicBuckets,
  }
}

function blockOf(input: PublicAccessBlockInput): PublicAccessBlock {
  return {
    BlockPublicAcls: input.blockPublicAcls,
    IgnorePublicAcls: input.ignorePublicAcls,
    BlockPublicPolicy: input.blockPublicPolicy,
    RestrictPublicBuckets: input.restrictPublicBuckets,
  }
}

/** GET: the four settings; all of them are off where none were put. */
export async function handleGetPublicAccessBlock({ env, accountId }: AdminRequest): Promise<AdminAnswer> {
  const stored = await createStore(env).accountPublicAccessBlock(accountId)
  if (stored === null && (await getAccount(env, accountId)) === null) return noSuchAccount(accountId)
  return succeed(200, describeBlock(readPublicAccessBlock(stored)))
}

/** PUT: replaces them; a setting left out is off. */
export async function handlePutPublicAccessBlock({ env, accountId, body }: AdminRequest): Promise<AdminAnswer> {
  const checked = parsePublicAccessBlockInput(body)
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  const block = blockOf(checked.value)
  const { outcome } = await createStore(env).setAccountPublicAccessBlock(accountId, JSON.stringify(block))
  return outcome === 'missing' ? noSuchAccount(accountId) : succeed(200, describeBlock(block))
}

/** DELETE: all of them are off. */
export async function handleDeletePublicAccessBlock({ env, accountId }: AdminRequest): Promise<AdminAnswer> {
  const { outcome } = await createStore(env).setAccountPublicAccessBlock(accountId, null)
  return outcome === 'missing' ? noSuchAccount(accountId) : noContent
}
