// Access keys of users, and of the account itself where nobody is named.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html
import { accountPrincipal } from '../../iam/principal.ts'
import { accessKeysPerAccountMax, accessKeysPerUserMax } from '../../limits.ts'
import { element, type Xml } from '../../s3/xml.ts'
import type { Entity } from '../../store/tables/entities.ts'
import {
  createHeldKey,
  deleteHeldKey,
  listHeldKeys,
  setHeldKeyStatus,
  type HeldKey,
  type KeyHolder,
} from '../../store/tables/held-keys.ts'
import { getKeyUse, type KeyUse } from '../../store/tables/last-uses.ts'
import type { Action } from '../action.ts'
import { QueryError } from '../query-error.ts'
import { accessKeyId, oneOf, requiredText, userOrCaller } from './fields.ts'
import { defineHolderAction } from './entity-action.ts'
import { defineLoadedAction, type IamContext } from './iam-action.ts'
import { newAccessKey } from './ids.ts'
import { memberList, pageOf, parsePage } from './paging.ts'
import { noSuchAccessKey, quotaExceeded } from './refusals.ts'
import { isoDate } from './shapes.ts'

function holderOf(user: Entity | null, { accountId }: IamContext): KeyHolder {
  return { accountId, userId: user?.entityId ?? null }
}

function keyElements(user: Entity | null, key: HeldKey, secret: string | null): (Xml | null)[] {
  return [
    user === null ? null : element('UserName', user.name),
    element('AccessKeyId', key.accessKeyId),
    element('Status', key.isDisabled ? 'Inactive' : 'Active'),
    secret === null ? null : element('SecretAccessKey', secret),
    element('CreateDate', isoDate(key.created)),
  ]
}

/** CreateAccessKey. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html */
const createAccessKey = defineHolderAction({
  name: 'CreateAccessKey',
  parse: (parameters, caller) => ({ name: userOrCaller(parameters, caller) }),
  async handle(_input, user, context) {
    const { accessKeyId: id, secret } = newAccessKey()
    const countMax = user === null ? accessKeysPerAccountMax : accessKeysPerUserMax
    const key = { accessKeyId: id, secret, created: context.now }
    const { outcome } = await createHeldKey(context.env, holderOf(user, context), key, { countMax })
    if (outcome === 'too-many') throw quotaExceeded('AccessKeysPerUser', countMax)
    return [element('AccessKey', keyElements(user, { ...key, isDisabled: false }, secret))]
  },
})

/** ListAccessKeys. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html */
const listAccessKeys = defineHolderAction({
  name: 'ListAccessKeys',
  parse: (parameters, caller) => ({ name: userOrCaller(parameters, caller), page: parsePage(parameters) }),
  async handle({ page }, user, context) {
    const keys = await listHeldKeys(context.env, holderOf(user, context))
    const { items, tail } = pageOf(keys, page, (key) => key.accessKeyId)
    return [
      memberList(
        'AccessKeyMetadata',
        items.map((key) => keyElements(user, key, null)),
      ),
      ...tail,
    ]
  },
})

const statuses = ['Active', 'Inactive'] as const

/** UpdateAccessKey. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html */
const updateAccessKey = defineHolderAction({
  name: 'UpdateAccessKey',
  parse: (parameters, caller) => ({
    name: userOrCaller(parameters, caller),
    id: accessKeyId(parameters),
    status: oneOf('Status', requiredText(parameters, 'Status'), statuses),
  }),
  async handle({ id, status }, user, context) {
    const stored = status === 'Active' ? 'active' : 'disabled'
    if (!(await setHeldKeyStatus(context.env, holderOf(user, context), id, stored))) throw noSuchAccessKey(id)
    return null
  },
})

/** DeleteAccessKey. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html */
const deleteAccessKey = defineHolderAction({
  name: 'DeleteAccessKey',
  parse: (parameters, caller) => ({ name: userOrCaller(parameters, caller), id: accessKeyId(parameters) }),
  async handle({ id }, user, context) {
    if (!(await deleteHeldKey(context.env, holderOf(user, context), id))) throw noSuchAccessKey(id)
    return null
  },
})

/**
 * GetAccessKeyLastUsed. A key of another account is denied as if it were there, and so is one that is not there.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 */
const getAccessKeyLastUsed = defineLoadedAction<{ id: string }, KeyUse>({
  name: 'GetAccessKeyLastUsed',
  parse: (parameters) => ({ id: accessKeyId(parameters) }),
  load: ({ id }, { env, accountId }) => getKeyUse(env, accountId, id),
  describe: (_input, use, accountId) => ({
    resource: use?.user?.arn ?? accountPrincipal(accountId).arn,
    conditions: {},
  }),
  missing({ id }, { caller }) {
    const who = `User: ${caller.principal.arn}`
    const what = `iam:GetAccessKeyLastUsed on resource: access key ${id}`
    return new QueryError('AccessDenied', `${who} is not authorized to perform ${what}`)
  },
  handle: async (_input, { user, last }) => [
    user === null ? null : element('UserName', user.name),
    element('AccessKeyLastUsed', [
      last === null ? null : element('LastUsedDate', isoDate(last.time)),
      element('ServiceName', last?.service ?? 'N/A'),
      element('Region', last?.region ?? 'N/A'),
    ]),
  ],
})

export const accessKeyActions: readonly Action[] = [
  createAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  listAccessKeys,
  updateAccessKey,
]
