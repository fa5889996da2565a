// Who may be named in a policy and who asks: the principals of AWS's IAM. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html

interface InAccount {
  /** Twelve digits. */
  accountId: string
  /** `arn:aws:iam::111122223333:user/alice`, as `aws:PrincipalArn` and STS GetCallerIdentity show it. */
  arn: string
  /** `aws:userid`: the account id, `AIDA…`, `AROA…:session` or `111122223333:name`. */
  userId: string
}

/** Somebody whose signature was verified. */
export type SignedPrincipal =
  /** The account itself (its root identity). */
  | (InAccount & { type: 'Account' })
  /** An IAM user; `username` is `aws:username`. */
  | (InAccount & { type: 'User'; username: string })
  /** A session of a role: `arn` is `arn:aws:sts::…:assumed-role/name/session`, `roleArn` the role's own. */
  | (InAccount & { type: 'AssumedRole'; roleArn: string; roleId: string; sessionName: string })
  /** A session of GetFederationToken: `arn` is `arn:aws:sts::…:federated-user/name`; `issuer` is the user who made it. */
  | (InAccount & { type: 'FederatedUser'; issuer: { arn: string; userId: string } })

export type Principal = { type: 'Anonymous' } | SignedPrincipal

/** The root identity of an account. */
export function accountPrincipal(accountId: string): SignedPrincipal {
  return { type: 'Account', accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId }
}
