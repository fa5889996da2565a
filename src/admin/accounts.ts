// The resource /-/admin/accounts: accounts, each with its first access keys.
import type { Env } from '../env.ts'
import { accessKeysPerAccountMax } from '../limits.ts'
import {
  createAccount,
  deleteAccount,
  ensureRootAccount,
  getAccount,
  listAccounts,
  rootAccountId,
  updateAccount,
} from '../store/tables/accounts.ts'
import type { Account, AccountChange } from '../store/tables/accounts.ts'
import { noContent, refuse, succeed } from './answer.ts'
import type { AdminAnswer, Json } from './answer.ts'
import { generateAccountId, generateCanonicalId, generateKey } from './generate.ts'
import { parseAccountChange, parseAccountInput, parsePage } from './input.ts'
import type { AccountInput } from './input.ts'
import type { AdminRequest } from './route.ts'

function describeAccount(account: Account): { [name: string]: Json } {
  return {
    accountId: account.accountId,
    canonicalId: account.canonicalId,
    name: account.name,
    email: account.email,
    created: new Date(account.created).toISOString(),
    disabled: account.isDisabled,
  }
}

export function invalid(problems: string[]): AdminAnswer {
  return refuse('InvalidRequest', problems.join('; '))
}

/** The account of the path, or why it cannot be changed: it is the root's, or there is none. */
export async function changeableAccount(
  env: Env,
  accountId: string,
): Promise<{ account: Account } | { refusal: AdminAnswer }> {
  if (accountId === rootAccountId) {
    const message = 'The root account is fixed, and its access key comes from the environment'
    return { refusal: refuse('RootAccount', message) }
  }
  const account = await getAccount(env, accountId)
  return account === null ? { refusal: noSuchAccount(accountId) } : { account }
}

export function noSuchAccount(accountId: string): AdminAnswer {
  return refuse('NoSuchAccount', `There is no account ${accountId}`)
}

/** POST: creates an account. Given ids and keys are kept; without `accessKeys` one is made and shown this once. */
export async function handleCreateAccount({ env, body, now }: AdminRequest): Promise<AdminAnswer> {
  const checked = parseAccountInput(body)
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  const input = checked.value
  await ensureRootAccount(env)
  const made = input.accessKeys === undefined ? [generateKey()] : []
  const keys = [...made, ...(input.accessKeys ?? [])]
  if (keys.some((key) => key.accessKeyId === env.ROOT_ACCESS_KEY_ID)) return keyExists()
  const account = newAccount(input, now)
  const newKeys = keys.map(({ accessKeyId, secretAccessKey }) => ({
    accessKeyId,
    accountId: account.accountId,
    secret: secretAccessKey,
    created: now,
  }))
  const { outcome } = await createAccount(env, account, newKeys)
  switch (outcome) {
    case 'account-exists':
      return refuse('AccountAlreadyExists', `There is an account ${account.accountId} already`)
    case 'canonical-id-exists':
      return refuse('AccountAlreadyExists', `There is an account with canonical id ${account.canonicalId} already`)
    case 'access-key-exists':
      return keyExists()
    case 'created':
      return succeed(201, {
        ...describeAccount(account),
        accessKeys: keys.map(({ accessKeyId, secretAccessKey }) => ({
          accessKeyId,
          created: new Date(now).toISOString(),
          expires: null,
          status: 'active',
          ...(made.length > 0 && { secretAccessKey }),
        })),
      })
  }
}

function newAccount(input: AccountInput, now: number): Account {
  return {
    accountId: input.accountId ?? generateAccountId(),
    canonicalId: input.canonicalId ?? generateCanonicalId(),
    name: input.name,
    email: input.email,
    created: now,
    isDisabled: false,
  }
}

export function keyExists(): AdminAnswer {
  return refuse('AccessKeyAlreadyExists', 'An access key with this id exists already')
}

/** What `createKey` found: too many. */
export function tooManyKeys(): AdminAnswer {
  return refuse('LimitExceeded', `An account has at most ${accessKeysPerAccountMax} access keys: delete one first`)
}

/** GET: accounts in the order of their ids, the root account first. */
export async function handleListAccounts({ env, query }: AdminRequest): Promise<AdminAnswer> {
  const checked = parsePage(query)
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  await ensureRootAccount(env)
  const { accounts, isTruncated } = await listAccounts(env, checked.value)
  return succeed(200, {
    accounts: accounts.map(describeAccount),
    next: isTruncated ? (accounts.at(-1)?.accountId ?? null) : null,
  })
}

/** GET of one account. */
export async function handleGetAccount({ env, accountId }: AdminRequest): Promise<AdminAnswer> {
  await ensureRootAccount(env)
  const account = await getAccount(env, accountId)
  return account === null ? noSuchAccount(accountId) : succeed(200, describeAccount(account))
}

/** PATCH: name, email or both. */
export async function handleUpdateAccount(request: AdminRequest): Promise<AdminAnswer> {
  const checked = parseAccountChange(request.body)
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  return change(request, checked.value)
}

/** POST …/disable: every request signed with a key of the account is refused from now on. */
export function handleDisableAccount(request: AdminRequest): Promise<AdminAnswer> {
  return change(request, { isDisabled: true })
}

/** POST …/enable. */
export function handleEnableAccount(request: AdminRequest): Promise<AdminAnswer> {
  return change(request, { isDisabled: false })
}

async function change({ env, accountId }: AdminRequest, what: AccountChange): Promise<AdminAnswer> {
  const found = await changeableAccount(env, accountId)
  if ('refusal' in found) return found.refusal
  const account = await updateAccount(env, accountId, what)
  return account === null ? noSuchAccount(accountId) : succeed(200, describeAccount(account))
}

/** DELETE: the account and its access keys; not while it owns buckets. */
export async function handleDeleteAccount({ env, accountId }: AdminRequest): Promise<AdminAnswer> {
  const found = await changeableAccount(env, accountId)
  if ('refusal' in found) return found.refusal
  const { outcome } = await deleteAccount(env, accountId)
  switch (outcome) {
    case 'missing':
      return noSuchAccount(accountId)
    case 'owns-buckets':
      return refuse('AccountNotEmpty', `Account ${accountId} owns buckets: delete them first`)
    case 'deleted':
      return noContent
  }
}
