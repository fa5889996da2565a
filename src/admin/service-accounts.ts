// The resource /-/admin/accounts/{accountId}/service-accounts: keys for programs, each the child of a user or of the
// account. Secrets are shown once: in the answer that made them.
import { denialSentence } from '../access/denial.ts'
import { entityArn } from '../iam/arn.ts'
import { accountPrincipal } from '../iam/principal.ts'
import { serviceAccountsPerHolderMax } from '../limits.ts'
import { getAccount } from '../store/tables/accounts.ts'
import { getEntity } from '../store/tables/entities.ts'
import {
  createServiceAccount,
  deleteServiceAccount,
  getServiceAccount,
  listServiceAccounts,
  updateServiceAccount,
  type ServiceAccount,
} from '../store/tables/service-accounts.ts'
import { invalid, keyExists, noSuchAccount } from './accounts.ts'
import { noContent, refuse, succeed, type AdminAnswer, type Json } from './answer.ts'
import { generateKey } from './generate.ts'
import { parsePage } from './input.ts'
import type { AdminRequest } from './route.ts'
import { parseServiceAccount, parseServiceAccountChange } from './service-account-input.ts'

function isoOrNull(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}

function describe(account: ServiceAccount, now: number): { [name: string]: Json } {
  const isExpired = account.expires !== null && account.expires <= now
  return {
    accessKeyId: account.accessKeyId,
    userName: account.user?.name ?? null,
    name: account.name,
    description: account.description,
    policy: account.policy === null ? null : (JSON.parse(account.policy) as Json),
    created: new Date(account.created).toISOString(),
    expires: isoOrNull(account.expires),
    lastUsed: isoOrNull(account.lastUsed),
    status: account.isDisabled ? 'disabled' : isExpired ? 'expired' : 'active',
  }
}

function noSuchServiceAccount({ accountId, accessKeyId }: AdminRequest): AdminAnswer {
  return refuse('NoSuchServiceAccount', `Account ${accountId} has no service account ${accessKeyId}`)
}

function noSuchUser(accountId: string, userName: string): AdminAnswer {
  return refuse('NoSuchUser', `Account ${accountId} has no user ${userName}`)
}

/** Whose child it is. */
interface Parent {
  /** Null: the account's itself. */
  userId: string | null
  user: ServiceAccount['user']
}

/** The account itself for no name; null when there is no such user. */
async function parentOf({ env, accountId }: AdminRequest, name: string | null): Promise<Parent | null> {
  if (name === null) return { userId: null, user: null }
  const user = await getEntity(env, accountId, { kind: 'user', name })
  return user === null ? null : { userId: user.entityId, user }
}

function parentArn(accountId: string, user: ServiceAccount['user']): string {
  return user === null ? accountPrincipal(accountId).arn : entityArn('user', { accountId, ...user })
}

/**
 * Null for administrators, and for whom of the account its policies allow the operation on the parent, or on `*` where
 * `child` is null because there is none. Otherwise the refusal.
 */
async function refusalOf(
  { caller, accountId }: AdminRequest,
  operation: string,
  child: Pick<ServiceAccount, 'user'> | null,
): Promise<AdminAnswer | null> {
  const { identity, access, isAdministrator } = caller
  if (isAdministrator) return null
  if (identity.accountId !== accountId) return notTheirs
  const resource = child === null ? '*' : parentArn(accountId, child.user)
  const permission = { action: `edgeshard:${operation}`, resource }
  const verdict = await access.decide(null, [permission])
  return verdict.allowed ? null : refuse('AccessDenied', denialSentence(verdict, identity.principal.arn, permission))
}

const notTheirs = refuse('AccessDenied', 'Service accounts are managed by the root account and by whose they are')

/** GET: service accounts by id; of one user with `userName`. */
export async function handleListServiceAccounts(request: AdminRequest): Promise<AdminAnswer> {
  const { env, accountId, query, now } = request
  const page = parsePage(query)
  if (page.outcome === 'invalid') return invalid(page.problems)
  const asked = query.get('userName')
  const parent = await parentOf(request, asked)
  const refusal = await refusalOf(request, 'ListServiceAccounts', parent)
  if (refusal !== null) return refusal
  if ((await getAccount(env, accountId)) === null) return noSuchAccount(accountId)
  if (parent === null) return noSuchUser(accountId, asked ?? '')
  const { after, limit } = page.value
  const found = await listServiceAccounts(env, accountId, { userId: parent.userId, after, limit: limit + 1 })
  const listed = found.slice(0, limit)
  return succeed(200, {
    serviceAccounts: listed.map((account) => describe(account, now)),
    next: found.length > limit ? (listed.at(-1)?.accessKeyId ?? null) : null,
  })
}

/** POST: makes one, with a key of its own or the given one. */
export async function handleCreateServiceAccount(request: AdminRequest): Promise<AdminAnswer> {
  const { env, accountId, body, now } = request
  const checked = parseServiceAccount(body, now)
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  const { key: given, userName, ...facts } = checked.value
  const parent = await parentOf(request, userName)
  const refusal = await refusalOf(request, 'CreateServiceAccount', parent)
  if (refusal !== null) return refusal
  if ((await getAccount(env, accountId)) === null) return noSuchAccount(accountId)
  if (parent === null) return noSuchUser(accountId, userName ?? '')
  const { accessKeyId, secretAccessKey } = given ?? generateKey()
  if (accessKeyId === env.ROOT_ACCESS_KEY_ID) return keyExists()
  const made = { ...facts, accessKeyId, secret: secretAccessKey, accountId, userId: parent.userId, created: now }
  const { outcome } = await createServiceAccount(env, made, { countMax: serviceAccountsPerHolderMax })
  switch (outcome) {
    case 'exists':
      return keyExists()
    case 'no-such-account':
      return noSuchAccount(accountId)
    case 'too-many':
      return refuse(
        'LimitExceeded',
        `A user or an account has at most ${serviceAccountsPerHolderMax} service accounts: delete one first`,
      )
    case 'created':
      return succeed(201, {
        ...describe({ ...made, user: parent.user, isDisabled: false, lastUsed: null }, now),
        ...(given === null && { secretAccessKey }),
      })
  }
}

/** GET of one. */
export async function handleGetServiceAccount(request: AdminRequest): Promise<AdminAnswer> {
  const found = await getServiceAccount(request.env, request.accountId, request.accessKeyId)
  const refusal = await refusalOf(request, 'GetServiceAccount', found)
  if (refusal !== null) return refusal
  return found === null ? noSuchServiceAccount(request) : succeed(200, describe(found, request.now))
}

/** PATCH: name, description, policy, expiry and status. */
export async function handleUpdateServiceAccount(request: AdminRequest): Promise<AdminAnswer> {
  const { env, accountId, accessKeyId, body, now } = request
  const checked = parseServiceAccountChange(body, now)
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  const found = await getServiceAccount(env, accountId, accessKeyId)
  const refusal = await refusalOf(request, 'UpdateServiceAccount', found)
  if (refusal !== null) return refusal
  if (found === null) return noSuchServiceAccount(request)
  const { status, ...facts } = checked.value
  const changed = { ...found, ...facts, ...(status !== undefined && { isDisabled: status === 'disabled' }) }
  const isUpdated = await updateServiceAccount(env, changed)
  return isUpdated ? succeed(200, describe(changed, now)) : noSuchServiceAccount(request)
}

/** DELETE. */
export async function handleDeleteServiceAccount(request: AdminRequest): Promise<AdminAnswer> {
  const { env, accountId, accessKeyId } = request
  const refusal = await refusalOf(request, 'DeleteServiceAccount', await getServiceAccount(env, accountId, accessKeyId))
  if (refusal !== null) return refusal
  const isDeleted = await deleteServiceAccount(env, accountId, accessKeyId)
  return isDeleted ? noContent : noSuchServiceAccount(request)
}
