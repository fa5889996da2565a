// Principals as vectors write them.
import type { Question } from '../../src/iam/evaluate.ts'

/**
 * From `anonymous`, `service logging.s3.amazonaws.com`, `web identity arn:…:oidc-provider/…`, the ARN of an account's root, a
 * user or a session, or a federated user and its issuer's ARN.
 */
export function principalFrom(text: string | { arn: string; issuer: string }): Question['principal'] {
  if (typeof text === 'object') {
    const { arn, issuer } = text
    const accountId = accountOf(arn)
    const userId = `${accountId}:${lastOf(arn)}`
    return { type: 'FederatedUser', accountId, arn, userId, issuer: { arn: issuer, userId: 'AIDAISSUER' } }
  }
  if (text === 'anonymous') return { type: 'Anonymous' }
  if (text.startsWith('service ')) return { type: 'Service', name: text.slice('service '.length) }
  if (text.startsWith('web identity ')) return { type: 'WebIdentity', provider: text.slice('web identity '.length) }
  const accountId = accountOf(text)
  if (text.endsWith(':root')) return { type: 'Account', accountId, arn: text, userId: accountId }
  const [, roleName, sessionName] = /:assumed-role\/([^/]+)\/([^/]+)$/.exec(text) ?? []
  if (roleName === undefined || sessionName === undefined) {
    return { type: 'User', accountId, arn: text, userId: `AIDA${lastOf(text)}`, username: lastOf(text) }
  }
  return {
    type: 'AssumedRole',
    accountId,
    arn: text,
    userId: `AROA${roleName}:${sessionName}`,
    roleArn: `arn:aws:iam::${accountId}:role/${roleName}`,
    roleId: `AROA${roleName}`,
    sessionName,
  }
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? ''
}

function lastOf(arn: string): string {
  return arn.split('/').at(-1) ?? ''
}
