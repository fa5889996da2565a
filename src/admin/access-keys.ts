// The resource /-/admin/accounts/{accountId}/access-keys. Secrets are shown once: in the answer that made them.
import { createKey, deleteKey, getKey, listKeys, setKeyStatus } from '../store/tables/access-keys.ts'
import type { AccessKeyFacts } from '../store/tables/access-keys.ts'
import { rotateSecret } from '../store/tables/secret-rotation.ts'
import { getAccount, rootAccountId } from '../store/tables/accounts.ts'
import { changeableAccount, invalid, keyExists, noSuchAccount, tooManyKeys } from './accounts.ts'
import { noContent, refuse, succeed } from './answer.ts'
import type { AdminAnswer, Json } from './answer.ts'
import { generateKey } from './generate.ts'
import { parseKeyInput, parseRotation } from './input.ts'
import type { KeyInput } from './fields.ts'
import type { AdminRequest } from './route.ts'

function describeKey(key: AccessKeyFacts, now: number): { [name: string]: Json } {
  const isExpired = key.expires !== null && key.expires <= now
  return {
    accessKeyId: key.accessKeyId,
    created: new Date(key.created).toISOString(),
    expires: key.expires === null ? null : new Date(key.expires).toISOString(),
    status: key.isDisabled ? 'disabled' : isExpired ? 'expired' : 'active',
  }
}

/** A key as just created: with its secret if it was made here, for an imported one is known already. */
function describeNewKey(key: KeyInput, given: KeyInput | null, now: number): { [name: string]: Json } {
  const { accessKeyId, secretAccessKey } = key
  const facts = { accessKeyId, accountId: '', isDisabled: false, created: now, expires: null }
  return { ...describeKey(facts, now), ...(given === null && { secretAccessKey }) }
}

function noSuchKey({ accountId, accessKeyId }: AdminRequest): AdminAnswer {
  return refuse('NoSuchAccessKey', `Account ${accountId} has no access key ${accessKeyId}`)
}

/** GET: the account's keys by id. */
export async function handleListKeys({ env, accountId, now }: AdminRequest): Promise<AdminAnswer> {
  // The root account has none here.
  if (accountId !== rootAccountId && (await getAccount(env, accountId)) === null) return noSuchAccount(accountId)
  const keys = await listKeys(env, accountId)
  return succeed(200, { accessKeys: keys.map((key) => describeKey(key, now)) })
}

/** GET of one key. */
export async function handleGetKey(request: AdminRequest): Promise<AdminAnswer> {
  const key = await getKey(request.env, request.accountId, request.accessKeyId)
  return key === null ? noSuchKey(request) : succeed(200, describeKey(key, request.now))
}

/** POST: makes a key, or imports the given one. */
export async function handleCreateKey(request: AdminRequest): Promise<AdminAnswer> {
  const checked = parseKeyInput(request.body)
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  return addKey(request, checked.value, null)
}

/** POST …/rotate: adds a successor to the key, which ends after the grace; or gives the key itself another secret. */
export async function handleRotateKey(request: AdminRequest): Promise<AdminAnswer> {
  const checked = parseRotation(request.body)
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  const { key, graceSeconds, keptSecret } = checked.value
  const ends = request.now + graceSeconds * 1000
  if (keptSecret !== false) return changeSecret(request, keptSecret, ends)
  return addKey(request, key, { replaces: request.accessKeyId, ends })
}

/** The key keeps its id. `given` null: a secret is made. The answer has the form of every rotation. */
async function changeSecret(request: AdminRequest, given: string | null, ends: number): Promise<AdminAnswer> {
  const { env, accountId, accessKeyId, now } = request
  const found = await changeableAccount(env, accountId)
  if ('refusal' in found) return found.refusal
  const secretAccessKey = given ?? generateKey().secretAccessKey
  const isChanged = await rotateSecret(env, request, { secret: secretAccessKey, ends })
  const key = isChanged ? await getKey(env, accountId, accessKeyId) : null
  if (key === null) return noSuchKey(request)
  const shown = given === null ? { secretAccessKey } : {}
  return succeed(201, {
    accessKey: { ...describeKey(key, now), ...shown },
    previous: describeKey({ ...key, expires: ends }, now),
  })
}

async function addKey(
  request: AdminRequest,
  given: KeyInput | null,
  rotation: { replaces: string; ends: number } | null,
): Promise<AdminAnswer> {
  const { env, accountId, now } = request
  const found = await changeableAccount(env, accountId)
  if ('refusal' in found) return found.refusal
  if (rotation !== null && (await getKey(env, accountId, rotation.replaces)) === null) return noSuchKey(request)
  const key = given ?? generateKey()
  if (key.accessKeyId === env.ROOT_ACCESS_KEY_ID) return keyExists()
  const newKey = { accessKeyId: key.accessKeyId, accountId, secret: key.secretAccessKey, created: now }
  const { outcome } = await createKey(env, newKey, rotation ?? undefined)
  switch (outcome) {
    case 'exists':
      return keyExists()
    case 'too-many':
      return tooManyKeys()
    case 'no-such-account':
      return noSuchAccount(accountId)
    case 'created':
      return rotation === null
        ? succeed(201, describeNewKey(key, given, now))
        : describeRotation(request, describeNewKey(key, given, now))
  }
}

async function describeRotation(request: AdminRequest, accessKey: Json): Promise<AdminAnswer> {
  const previous = await getKey(request.env, request.accountId, request.accessKeyId)
  return succeed(201, { accessKey, previous: previous === null ? null : describeKey(previous, request.now) })
}

/** POST …/disable. */
export function handleDisableKey(request: AdminRequest): Promise<AdminAnswer> {
  return setStatus(request, 'disabled')
}

/** POST …/enable: the key lives again, and without an end. */
export function handleEnableKey(request: AdminRequest): Promise<AdminAnswer> {
  return setStatus(request, 'active')
}

async function setStatus(request: AdminRequest, status: 'active' | 'disabled'): Promise<AdminAnswer> {
  const key = await setKeyStatus(request.env, request, status)
  return key === null ? noSuchKey(request) : succeed(200, describeKey(key, request.now))
}

/** DELETE. */
export async function handleDeleteKey(request: AdminRequest): Promise<AdminAnswer> {
  const isDeleted = await deleteKey(request.env, request.accountId, request.accessKeyId)
  return isDeleted ? noContent : noSuchKey(request)
}
