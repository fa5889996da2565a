// What an administrator may do to an account, and what may go wrong: paths are relative to /-/admin.

const alice = { name: 'alice', email: 'alice@example.com', accountId: '111111111111' }
const importedKey = { accessKeyId: 'IMPORTED', secretAccessKey: 'imported-secret' }
const keys = '/accounts/111111111111/access-keys'
const services = '/accounts/111111111111/service-accounts'
const controls = '/accounts/111111111111/service-control-policies'
const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }
const backup = { name: 'backup', description: 'nightly', policy, expires: '2999-01-31T12:00:00Z' }
const noAccount = '/accounts/999999999999'
const root = '/accounts/000000000000'

export type Step = [method: string, path: string, body: unknown, status: number]

/** One life of an account, with every documented outcome but 403, which comes before the route. */
export const ACCOUNT_LIFE: Step[] = [
  ['POST', '/accounts', alice, 201],
  ['POST', '/accounts', { ...alice, accountId: '222222222222', accessKeys: [importedKey], canonicalId: 'user$1' }, 201],
  ['POST', '/accounts', alice, 409],
  ['POST', '/accounts', { name: 'alice' }, 400],
  ['POST', '/accounts', JSON.stringify({ ...alice, name: 'a'.repeat(70_000) }), 413],
  ['GET', '/accounts?limit=1', undefined, 200],
  ['GET', '/accounts', undefined, 200],
  ['GET', '/accounts?limit=0', undefined, 400],
  ['GET', '/accounts/111111111111', undefined, 200],
  ['GET', noAccount, undefined, 404],
  ['PATCH', '/accounts/111111111111', { name: 'al' }, 200],
  ['PATCH', '/accounts/111111111111', {}, 400],
  ['PATCH', noAccount, { name: 'al' }, 404],
  ['PATCH', root, { name: 'al' }, 409],
  ['POST', '/accounts/111111111111/disable', undefined, 200],
  ['POST', `${noAccount}/disable`, undefined, 404],
  ['POST', `${root}/disable`, undefined, 409],
  ['POST', '/accounts/111111111111/enable', undefined, 200],
  ['POST', `${noAccount}/enable`, undefined, 404],
  ['POST', `${root}/enable`, undefined, 409],
  ['GET', keys, undefined, 200],
  ['GET', `${noAccount}/access-keys`, undefined, 404],
  ['POST', keys, undefined, 201],
  ['POST', keys, { accessKeyId: 'FIRST', secretAccessKey: 'first-secret' }, 201],
  ['POST', keys, importedKey, 409],
  ['POST', keys, { accessKeyId: 'ALONE' }, 400],
  ['POST', `${noAccount}/access-keys`, {}, 404],
  ['GET', `${keys}/FIRST`, undefined, 200],
  ['GET', `${keys}/IMPORTED`, undefined, 404],
  ['POST', `${keys}/FIRST/rotate`, undefined, 201],
  ['POST', `${keys}/FIRST/rotate`, { graceSeconds: 0 }, 201],
  ['POST', `${keys}/FIRST/rotate`, { graceSeconds: -1 }, 400],
  ['POST', `${keys}/NONE/rotate`, {}, 404],
  ['POST', `${keys}/FIRST/rotate`, importedKey, 409],
  ['GET', `${keys}/FIRST`, undefined, 200],
  ['POST', `${keys}/FIRST/disable`, undefined, 200],
  ['POST', `${keys}/NONE/disable`, undefined, 404],
  ['POST', `${keys}/FIRST/enable`, undefined, 200],
  ['POST', `${keys}/NONE/enable`, undefined, 404],
  ['DELETE', `${keys}/FIRST`, undefined, 204],
  ['DELETE', `${keys}/FIRST`, undefined, 404],
  ['GET', services, undefined, 200],
  ['GET', `${services}?limit=0`, undefined, 400],
  ['GET', `${services}?userName=nobody`, undefined, 404],
  ['GET', `${noAccount}/service-accounts`, undefined, 404],
  ['POST', services, { name: 'backup' }, 201],
  ['POST', services, { ...backup, accessKeyId: 'SERVICE', secretAccessKey: 'service-secret' }, 201],
  ['POST', services, { name: 'again', accessKeyId: 'SERVICE', secretAccessKey: 'service-secret' }, 409],
  ['POST', services, { name: 'of nobody', userName: 'nobody' }, 404],
  ['POST', `${noAccount}/service-accounts`, { name: 'backup' }, 404],
  ['POST', services, {}, 400],
  ['GET', `${services}?limit=1`, undefined, 200],
  ['GET', `${services}/SERVICE`, undefined, 200],
  ['GET', `${services}/NONE`, undefined, 404],
  ['PATCH', `${services}/SERVICE`, { status: 'disabled', policy: null, expires: null }, 200],
  ['PATCH', `${services}/SERVICE`, {}, 400],
  ['PATCH', `${services}/NONE`, { name: 'other' }, 404],
  ['DELETE', `${services}/SERVICE`, undefined, 204],
  ['DELETE', `${services}/SERVICE`, undefined, 404],
  ['GET', controls, undefined, 200],
  ['GET', `${noAccount}/service-control-policies`, undefined, 404],
  ['PUT', `${controls}/only-s3`, { policy }, 200],
  ['PUT', `${controls}/only-s3`, { policy: {} }, 400],
  ['PUT', `${noAccount}/service-control-policies/only-s3`, { policy }, 404],
  ['PUT', `${root}/service-control-policies/only-s3`, { policy }, 409],
  ['GET', controls, undefined, 200],
  ['DELETE', `${controls}/only-s3`, undefined, 204],
  ['DELETE', `${controls}/only-s3`, undefined, 404],
  ['DELETE', '/accounts/111111111111', undefined, 204],
  ['DELETE', '/accounts/111111111111', undefined, 404],
  ['DELETE', root, undefined, 409],
]
