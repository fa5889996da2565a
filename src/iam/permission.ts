// What an operation needs to be allowed. No I/O, no clock.

export interface Permission {
  /** As AWS spells it: `s3:GetObject`. */
  action: string
  /** `arn:aws:s3:::bucket/key`, or `*` for service-level actions. */
  resource: string
  /**
   * Condition keys of this permission beside those of every request, in lower case: `iam:policyarn`,
   * `aws:requesttag/team`, `aws:resourcetag/team`.
   */
  conditions?: Conditions
}

export type Conditions = Readonly<Record<string, readonly string[]>>

/** The bucket's ARN. */
export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`
}

/** The object's ARN. */
export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`
}
