// Block Public Access: four settings of a bucket and of an account. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html

export interface PublicAccessBlock {
  /** ACLs that grant anything to the public are refused when they are set. */
  BlockPublicAcls: boolean
  /** What ACLs grant to the public does not count. */
  IgnorePublicAcls: boolean
  /** Bucket policies that are public are refused when they are put. */
  BlockPublicPolicy: boolean
  /** A public bucket policy counts for principals of the bucket's account and for AWS services alone. */
  RestrictPublicBuckets: boolean
}

/** In the order of AWS's documents. */
export const publicAccessSettings = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const satisfies readonly (keyof PublicAccessBlock)[]

export const noPublicAccessBlock: PublicAccessBlock = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
}

export const fullPublicAccessBlock: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}

/** From its stored form; nothing stored blocks nothing. */
export function readPublicAccessBlock(stored: string | null | undefined): PublicAccessBlock {
  return stored === null || stored === undefined ? noPublicAccessBlock : (JSON.parse(stored) as PublicAccessBlock)
}

/** What holds for a bucket: the stricter of its own settings and those of its owner's account, as stored. */
export function effectivePublicAccessBlock(bucket: string | undefined, account: string | null): PublicAccessBlock {
  if (bucket === undefined && account === null) return noPublicAccessBlock
  const own = readPublicAccessBlock(bucket)
  const all = readPublicAccessBlock(account)
  return {
    BlockPublicAcls: own.BlockPublicAcls || all.BlockPublicAcls,
    IgnorePublicAcls: own.IgnorePublicAcls || all.IgnorePublicAcls,
    BlockPublicPolicy: own.BlockPublicPolicy || all.BlockPublicPolicy,
    RestrictPublicBuckets: own.RestrictPublicBuckets || all.RestrictPublicBuckets,
  }
}
