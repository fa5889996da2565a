// Everything that bounds and grants what a principal may do, in one query, remembered like access keys.
import type { Env } from '../../env.ts'
import { managedPolicy } from '../../iam/managed-policies.ts'
import type { SignedPrincipal } from '../../iam/principal.ts'
import { accountCaches } from './account-caches.ts'

export interface StoredPolicy {
  /** The ARN of a managed policy, or `inline policy x of user y`. */
  name: string
  /** JSON, as it was put. */
  document: string
}

export interface StoredPolicies {
  /** Of the principal itself and of its groups, inline and attached. */
  identity: readonly StoredPolicy[]
  boundary: StoredPolicy | null
  /** Null: its account is not bound. */
  serviceControl: readonly StoredPolicy[] | null
  /** Of the user or role: `aws:PrincipalTag/…`. */
  tags: Readonly<Record<string, string>>
}

interface PolicyRow {
  part: 'self' | 'identity' | 'boundary' | 'service-control'
  name: string
  document: string | null
}

/**
 * What applies to the principal; null when its user or role is gone, or its account gone or disabled: this is where the
 * sessions of temporary credentials end with them. At most `cacheMilliseconds` old; the same object for
 * as long as nothing changed. For a federated user the policies of the user who made it. An account itself has no
 * policies but those that bind it.
 */
export function principalPolicies(env: Env, principal: SignedPrincipal): Promise<StoredPolicies | null> {
  return entityPolicies(env, { accountId: principal.accountId, entityId: entityOf(principal) })
}

/** The same for a user, group or role by its id, as the account has it; null for the account itself. */
export async function entityPolicies(
  env: Env,
  { accountId, entityId }: { accountId: string; entityId: string | null },
): Promise<StoredPolicies | null> {
  const key = entityId ?? accountId
  return accountCaches(env.CONTROL).policies.get(key, (known) => load(env, { accountId, entityId }, known))
}

/** Null for the account itself. */
function entityOf(principal: SignedPrincipal): string | null {
  switch (principal.type) {
    case 'Account':
      return null
    case 'User':
      return principal.userId
    case 'AssumedRole':
      return principal.roleId
    case 'FederatedUser':
      return principal.issuer.userId === principal.accountId ? null : principal.issuer.userId
  }
}

// Which policies apply to this user or role (?1) of this account (?2), if both are live? Its own and its groups', inline
// and attached, its boundary, and those of its account. A document is null where a policy is built in. (D1 takes at most
// five SELECTs in a UNION.)
const selectPolicies = `
  WITH holders (entity_id, kind, name) AS (
    SELECT entity_id, kind, name FROM entities WHERE entity_id = ?1 AND account_id = ?2
    UNION ALL
    SELECT e.entity_id, e.kind, e.name
    FROM group_members m JOIN entities e ON e.entity_id = m.group_id WHERE m.user_id = ?1 AND e.account_id = ?2
  )
  SELECT 'self' AS part, '' AS name, ifnull(e.tags, '{}') AS document
  FROM accounts a LEFT JOIN entities e ON e.entity_id = ?1 AND e.account_id = a.account_id
  WHERE a.account_id = ?2 AND a.disabled = 0 AND (?1 IS NULL OR e.entity_id IS NOT NULL)
  UNION ALL
  SELECT 'identity', 'inline policy ' || i.name || ' of ' || h.kind || ' ' || h.name, i.document
  FROM holders h JOIN inline_policies i ON i.entity_id = h.entity_id
  UNION ALL
  SELECT 'identity', a.policy_arn, v.document
  FROM holders h JOIN policy_attachments a ON a.entity_id = h.entity_id
    LEFT JOIN policies p ON p.policy_arn = a.policy_arn AND p.account_id = ?2
    LEFT JOIN policy_versions v ON v.policy_arn = p.policy_arn AND v.version = p.default_version
  UNION ALL
  SELECT 'boundary', e.boundary_arn, v.document
  FROM entities e
    LEFT JOIN policies p ON p.policy_arn = e.boundary_arn AND p.account_id = ?2
    LEFT JOIN policy_versions v ON v.policy_arn = p.policy_arn AND v.version = p.default_version
  WHERE e.entity_id = ?1 AND e.account_id = ?2 AND e.boundary_arn IS NOT NULL
  UNION ALL
  SELECT 'service-control', name, document FROM service_control_policies WHERE account_id = ?2`

async function load(
  env: Env,
  { accountId, entityId }: { accountId: string; entityId: string | null },
  known: StoredPolicies | null,
): Promise<StoredPolicies | null> {
  const { results } = await env.CONTROL.prepare(selectPolicies).bind(entityId, accountId).all<PolicyRow>()
  const self = results.find(({ part }) => part === 'self')
  if (self === undefined) return null
  const of = (part: PolicyRow['part']): StoredPolicy[] =>
    results
      .filter((row) => row.part === part)
      .map(({ name, document }) => ({ name, document: document ?? managedPolicy(name)?.document ?? nothing }))
  const serviceControl = of('service-control')
  const loaded = {
    identity: of('identity'),
    boundary: of('boundary')[0] ?? null,
    serviceControl: serviceControl.length === 0 ? null : serviceControl,
    tags: JSON.parse(self.document ?? '{}') as Record<string, string>,
  }
  // What hangs on the object (compiled forms) stays good.
  return known !== null && JSON.stringify(known) === JSON.stringify(loaded) ? known : loaded
}

/**
 * A policy that is named but not there allows nothing, and as a boundary lets nothing through. It has a statement, since a
 * document without one cannot be read, and what cannot be read denies everything.
 */
const nothing = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"none:none","Resource":"*"}]}'
