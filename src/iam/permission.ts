// What an operation needs to be allowed. No I/O, no clock.

/** Condition keys (lower case) and their values; none: the key is not in the request. */
export type Conditions = Readonly<Record<string, readonly string[]>>

export interface Permission {
  /** As AWS spells it: `s3:GetObject`. */
  action: string
  /** `arn:aws:s3:::bucket/key`, or `*` for service-level actions. */
  resource: string
  /**
   * Condition keys that the operation knows and the pipeline cannot see: tags in a body, the version of a copy's source,
   * `iam:policyarn`.
   */
  conditions?: Conditions
  /**
   * It is asked of the object that the request makes and not of one that is there: of whoever makes it, who owns it
   * where ACLs are enabled, or of the bucket's owner.
   */
  ofNewObject?: 'writer' | 'bucket'
}

/** The bucket's ARN. */
export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`
}

/** The object's ARN. */
export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`
}

/**
 * Tags that a request brings, as conditions: `s3:RequestObjectTag/<key>` and `s3:RequestObjectTagKeys`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
 */
export function objectTagConditions(tags: Readonly<Record<string, string>>): Conditions {
  return { 's3:requestobjecttagkeys': Object.keys(tags), ...tagConditions('s3:requestobjecttag/', tags) }
}

/** The same for tags of buckets and of IAM's entities: `aws:RequestTag/<key>` and `aws:TagKeys`. */
export function requestTagConditions(tags: Readonly<Record<string, string>>): Conditions {
  return { 'aws:tagkeys': Object.keys(tags), ...tagConditions('aws:requesttag/', tags) }
}

/** One key for each tag. Names of condition keys have no case: tags that differ in nothing else share one. */
export function tagConditions(prefix: string, tags: Readonly<Record<string, string>>): Conditions {
  const conditions: Record<string, readonly string[]> = {}
  for (const [key, value] of Object.entries(tags)) {
    const name = prefix + key.toLowerCase()
    conditions[name] = [...(conditions[name] ?? []), value]
  }
  return conditions
}
