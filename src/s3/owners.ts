// Who owns what is in a bucket, looked up once for each account.
import { ownerElement } from './listing-xml.ts'
import type { Bucket } from '../store/buckets.ts'
import type { ListEntry } from '../store/store.ts'
import type { Owner, OwnerElements } from './listing-xml.ts'
import type { Context } from './operation.ts'

/** The bucket's own account. */
export function bucketOwner({ canonicalId, displayName }: Bucket): Owner {
  return { canonicalId, displayName }
}

/**
 * The owner of what `accountId` wrote; null when the account is gone. With BucketOwnerEnforced everything belongs to
 * the bucket's owner, whoever wrote it:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export async function objectOwner(context: Context, accountId: string): Promise<Owner | null> {
  const { bucket } = context
  return bucket.ownership === 'BucketOwnerEnforced' ? bucketOwner(bucket) : account(context, accountId)
}

async function account({ bucket, store }: Context, accountId: string): Promise<Owner | null> {
  return accountId === bucket.accountId ? bucketOwner(bucket) : store.owner(accountId)
}

/** Who began an upload, by ARN: an account as owners are shown, a user or a session by ARN and name. */
export async function initiator(context: Context, arn: string): Promise<Owner | null> {
  const [accountId = '', kind = ''] = arn.split(':').slice(4)
  if (kind === 'root') return account(context, accountId)
  return { canonicalId: arn, displayName: arn.slice(arn.lastIndexOf('/') + 1) }
}

/** `<Owner>` for the rows of a page. */
export function ownersOf(context: Context, entries: ListEntry<{ owner: string }>[]): Promise<OwnerElements> {
  return elementsOf('Owner', entries, (accountId) => objectOwner(context, accountId))
}

/** `<Initiator>` for the rows of a page: the account that began the upload. */
export function initiatorsOf(context: Context, entries: ListEntry<{ owner: string }>[]): Promise<OwnerElements> {
  return elementsOf('Initiator', entries, (accountId) => account(context, accountId))
}

async function elementsOf(
  name: 'Owner' | 'Initiator',
  entries: ListEntry<{ owner: string }>[],
  find: (accountId: string) => Promise<Owner | null>,
): Promise<OwnerElements> {
  const accountIds = new Set<string>()
  for (const listed of entries) if (listed.kind === 'entry') accountIds.add(listed.entry.owner)
  const elements = new Map<string, string>()
  await Promise.all(
    Array.from(accountIds, async (accountId) => {
      const owner = await find(accountId)
      if (owner !== null) elements.set(accountId, ownerElement(name, owner))
    }),
  )
  return (accountId) => elements.get(accountId) ?? ''
}
