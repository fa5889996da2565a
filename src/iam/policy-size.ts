// How long a policy is, as IAM counts. No I/O, no clock.

/**
 * Characters without white space. IAM's quotas go by it: 6,144 for a managed policy; 2,048, 5,120 and 10,240 for all inline
 * policies of a user, a group and a role together; 2,048 for a trust policy (a quota that may be raised to 4,096). Session
 * policies may have 2,048 characters with white space, bucket policies 20 KB as they come.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html
 */
export function policyCharacters(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) count--
  }
  return count
}
