// ARNs of IAM's resources. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns

/** Users, groups and roles: what has a name, a path and policies of its own. */
export type EntityKind = 'user' | 'group' | 'role'

/** `arn:aws:iam::111122223333:user/division/alice`. The path begins and ends with `/`. */
export function entityArn(
  kind: EntityKind,
  { accountId, path, name }: { accountId: string; path: string; name: string },
): string {
  return `arn:aws:iam::${accountId}:${kind}${path}${name}`
}

/** Of a customer managed policy; `aws` as its account stands for those that are built in. */
export function policyArn({ accountId, path, name }: { accountId: string; path: string; name: string }): string {
  return `arn:aws:iam::${accountId}:policy${path}${name}`
}

/** `url` is without its scheme: `token.actions.githubusercontent.com`. */
export function oidcProviderArn(accountId: string, url: string): string {
  return `arn:aws:iam::${accountId}:oidc-provider/${url}`
}
