// Block Public Access: four switches of a bucket and of its account. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html

/** By AWS's names, as it is stored (JSON). */
export interface PublicAccessBlock {
  /** Requests that would set a public ACL are refused. */
  BlockPublicAcls: boolean
  /** Public grants of ACLs do not count. */
  IgnorePublicAcls: boolean
  /** A public bucket policy is refused. */
  BlockPublicPolicy: boolean
  /** A public bucket policy counts for the bucket's own account alone. */
  RestrictPublicBuckets: boolean
}

/** In the order of AWS's documents. */
export const publicAccessSwitches = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const satisfies readonly (keyof PublicAccessBlock)[]

export const nothingBlocked: PublicAccessBlock = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
}

export const everythingBlocked: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}

/** From its stored form; nothing stored blocks nothing. */
export function readBlock(stored: string | null | undefined): PublicAccessBlock {
  return stored ? { ...nothingBlocked, ...(JSON.parse(stored) as Partial<PublicAccessBlock>) } : nothingBlocked
}

/** What counts where the bucket and its account have settings, each as JSON or none: the most restrictive of both. */
export function effectiveBlock(
  bucket: string | null | undefined,
  account: string | null | undefined,
): PublicAccessBlock {
  if (!bucket && !account) return nothingBlocked
  const one = readBlock(bucket)
  const other = readBlock(account)
  return {
    BlockPublicAcls: one.BlockPublicAcls || other.BlockPublicAcls,
    IgnorePublicAcls: one.IgnorePublicAcls || other.IgnorePublicAcls,
    BlockPublicPolicy: one.BlockPublicPolicy || other.BlockPublicPolicy,
    RestrictPublicBuckets: one.RestrictPublicBuckets || other.RestrictPublicBuckets,
  }
}
