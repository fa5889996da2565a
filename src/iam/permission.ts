// What an operation needs to be allowed. No I/O, no clock.

export interface Permission {
  /** As AWS spells it: `s3:GetObject`. */
  action: string
  /** `arn:aws:s3:::bucket/key`, or `*` for service-level actions. */
  resource: string
  /** It is asked of the object that the request makes, which belongs to whoever makes it where ACLs are enabled. */
  ofNewObject?: true
}

/** The bucket's ARN. */
export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`
}

/** The object's ARN. */
export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`
}
