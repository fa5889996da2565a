// THE TABLE of the admin API. docs/admin.openapi.yaml describes each entry; a test holds the two together.
import {
  handleCreateKey,
  handleDeleteKey,
  handleDisableKey,
  handleEnableKey,
  handleGetKey,
  handleListKeys,
  handleRotateKey,
} from './access-keys.ts'
import {
  handleCreateAccount,
  handleDeleteAccount,
  handleDisableAccount,
  handleEnableAccount,
  handleGetAccount,
  handleListAccounts,
  handleUpdateAccount,
} from './accounts.ts'
import { handleExplainAccess, handleExplainReach } from './explain.ts'
import {
  handleDeletePublicAccessBlock,
  handleGetPublicAccessBlock,
  handlePutPublicAccessBlock,
} from './public-access-block.ts'
import type { AdminRoute } from './route.ts'
import { handleDeleteBucketSelect, handleGetBucketSelect, handlePutBucketSelect } from './bucket-select.ts'
import {
  handleCreateServiceAccount,
  handleDeleteServiceAccount,
  handleGetServiceAccount,
  handleListServiceAccounts,
  handleUpdateServiceAccount,
} from './service-accounts.ts'
import {
  handleDeleteServiceControlPolicy,
  handleListServiceControlPolicies,
  handlePutServiceControlPolicy,
} from './service-control-policies.ts'

const explain = '/-/admin/explain'
const accounts = '/-/admin/accounts'
const account = `${accounts}/{accountId}`
const block = `${account}/public-access-block`
const keys = `${account}/access-keys`
const key = `${keys}/{accessKeyId}`
const serviceAccounts = `${account}/service-accounts`
const serviceAccount = `${serviceAccounts}/{accessKeyId}`
const controls = `${account}/service-control-policies`
const bucketSelect = '/-/admin/buckets/{bucketName}/select'
const control = `${controls}/{policyName}`

/** For accounts too. */
const own = { isForAccounts: true } as const

export const ADMIN_ROUTES: readonly AdminRoute[] = [
  { operationId: 'listAccounts', method: 'GET', path: accounts, handle: handleListAccounts },
  { operationId: 'createAccount', method: 'POST', path: accounts, handle: handleCreateAccount },
  { operationId: 'getAccount', method: 'GET', path: account, handle: handleGetAccount },
  { operationId: 'updateAccount', method: 'PATCH', path: account, handle: handleUpdateAccount },
  { operationId: 'deleteAccount', method: 'DELETE', path: account, handle: handleDeleteAccount },
  { operationId: 'disableAccount', method: 'POST', path: `${account}/disable`, handle: handleDisableAccount },
  { operationId: 'enableAccount', method: 'POST', path: `${account}/enable`, handle: handleEnableAccount },
  { operationId: 'getPublicAccessBlock', method: 'GET', path: block, handle: handleGetPublicAccessBlock },
  { operationId: 'putPublicAccessBlock', method: 'PUT', path: block, handle: handlePutPublicAccessBlock },
  { operationId: 'deletePublicAccessBlock', method: 'DELETE', path: block, handle: handleDeletePublicAccessBlock },
  { operationId: 'listAccessKeys', method: 'GET', path: keys, handle: handleListKeys },
  { operationId: 'createAccessKey', method: 'POST', path: keys, handle: handleCreateKey },
  { operationId: 'getAccessKey', method: 'GET', path: key, handle: handleGetKey },
  { operationId: 'deleteAccessKey', method: 'DELETE', path: key, handle: handleDeleteKey },
  { operationId: 'rotateAccessKey', method: 'POST', path: `${key}/rotate`, handle: handleRotateKey },
  { operationId: 'disableAccessKey', method: 'POST', path: `${key}/disable`, handle: handleDisableKey },
  { operationId: 'enableAccessKey', method: 'POST', path: `${key}/enable`, handle: handleEnableKey },
  {
    operationId: 'listServiceAccounts',
    method: 'GET',
    path: serviceAccounts,
    ...own,
    handle: handleListServiceAccounts,
  },
  {
    operationId: 'createServiceAccount',
    method: 'POST',
    path: serviceAccounts,
    ...own,
    handle: handleCreateServiceAccount,
  },
  { operationId: 'getServiceAccount', method: 'GET', path: serviceAccount, ...own, handle: handleGetServiceAccount },
  {
    operationId: 'updateServiceAccount',
    method: 'PATCH',
    path: serviceAccount,
    ...own,
    handle: handleUpdateServiceAccount,
  },
  {
    operationId: 'deleteServiceAccount',
    method: 'DELETE',
    path: serviceAccount,
    ...own,
    handle: handleDeleteServiceAccount,
  },
  {
    operationId: 'listServiceControlPolicies',
    method: 'GET',
    path: controls,
    handle: handleListServiceControlPolicies,
  },
  { operationId: 'putServiceControlPolicy', method: 'PUT', path: control, handle: handlePutServiceControlPolicy },
  {
    operationId: 'deleteServiceControlPolicy',
    method: 'DELETE',
    path: control,
    handle: handleDeleteServiceControlPolicy,
  },
  { operationId: 'getBucketSelect', method: 'GET', path: bucketSelect, ...own, handle: handleGetBucketSelect },
  { operationId: 'putBucketSelect', method: 'PUT', path: bucketSelect, ...own, handle: handlePutBucketSelect },
  {
    operationId: 'deleteBucketSelect',
    method: 'DELETE',
    path: bucketSelect,
    ...own,
    handle: handleDeleteBucketSelect,
  },
  { operationId: 'explainAccess', method: 'GET', path: explain, isForAccounts: true, handle: handleExplainAccess },
  {
    operationId: 'explainReach',
    method: 'GET',
    path: `${explain}/reach`,
    isForAccounts: true,
    handle: handleExplainReach,
  },
]
