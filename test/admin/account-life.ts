// What an administrator may do to an account, and what may go wrong: paths are relative to /-/admin.

const alice = { name: 'alice', email: 'alice@example.com', accountId: '111111111111' }
const importedKey = { accessKeyId: 'IMPORTED', secretAccessKey: 'imported-secret' }
const keys = '/accounts/111111111111/access-keys'
const block = '/accounts/111111111111/public-access-block'
const noAccount = '/accounts/999999999999'
const root = '/accounts/000000000000'

/** A bucket that is there before; the root account's. */
export const lifeBucket = 'bucket-of-a-life'
const explain = '/explain?action=s3:GetObject'

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
  ['GET', block, undefined, 200],
  ['GET', `${noAccount}/public-access-block`, undefined, 404],
  ['PUT', block, { blockPublicPolicy: true }, 200],
  ['PUT', `${root}/public-access-block`, { blockPublicAcls: false, restrictPublicBuckets: true }, 200],
  ['PUT', block, {}, 400],
  ['PUT', `${noAccount}/public-access-block`, { ignorePublicAcls: true }, 404],
  ['DELETE', block, undefined, 204],
  ['DELETE', `${noAccount}/public-access-block`, undefined, 404],
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
  ['POST', `${keys}/FIRST/rotate`, { keepAccessKeyId: true }, 201],
  ['POST', `${keys}/FIRST/rotate`, { keepAccessKeyId: true, secretAccessKey: 'another-secret', graceSeconds: 0 }, 201],
  ['POST', `${keys}/FIRST/rotate`, { keepAccessKeyId: true, accessKeyId: 'OTHER' }, 400],
  ['POST', `${keys}/FIRST/rotate`, { keepAccessKeyId: 'yes' }, 400],
  ['POST', `${keys}/NONE/rotate`, { keepAccessKeyId: true }, 404],
  ['POST', `${keys}/NONE/rotate`, {}, 404],
  ['POST', `${keys}/FIRST/rotate`, importedKey, 409],
  ['GET', `${keys}/FIRST`, undefined, 200],
  ['POST', `${keys}/FIRST/disable`, undefined, 200],
  ['POST', `${keys}/NONE/disable`, undefined, 404],
  ['POST', `${keys}/FIRST/enable`, undefined, 200],
  ['POST', `${keys}/NONE/enable`, undefined, 404],
  ['GET', `${explain}&principal=111111111111&resource=arn:aws:s3:::${lifeBucket}/key`, undefined, 200],
  ['GET', `${explain}&principal=anonymous&resource=*&context.aws:SecureTransport=true`, undefined, 200],
  ['GET', `${explain}&principal=FIRST&resource=*`, undefined, 200],
  ['GET', `${explain}&principal=111111111111`, undefined, 400],
  ['GET', `${explain}&principal=111111111111&resource=arn:aws:s3:::no-such-bucket-here`, undefined, 404],
  ['GET', `${explain}&principal=999999999999&resource=*`, undefined, 404],
  ['GET', `/explain/reach?bucket=${lifeBucket}&prefix=a/&limit=3`, undefined, 200],
  ['GET', '/explain/reach?bucket=a&limit=0', undefined, 400],
  ['GET', '/explain/reach?bucket=no-such-bucket-here', undefined, 404],
  ['DELETE', `${keys}/FIRST`, undefined, 204],
  ['DELETE', `${keys}/FIRST`, undefined, 404],
  ['DELETE', '/accounts/111111111111', undefined, 204],
  ['DELETE', '/accounts/111111111111', undefined, 404],
  ['DELETE', root, undefined, 409],
]
