// What managed policies say, for sessions that are bounded by them.
import type { Env } from '../../env.ts'

/** What do these policies of the account say, in their default versions? By ARN; those that are not there are left out. */
export async function policyDocuments(
  env: Env,
  accountId: string,
  policyArns: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (policyArns.length === 0) return new Map()
  const { results } = await env.CONTROL.prepare(
    `SELECT p.policy_arn, v.document
     FROM policies p JOIN policy_versions v ON v.policy_arn = p.policy_arn AND v.version = p.default_version
     WHERE p.account_id = ?1 AND p.policy_arn IN (SELECT value FROM json_each(?2))`,
  )
    .bind(accountId, JSON.stringify(policyArns))
    .all<{ policy_arn: string; document: string }>()
  return new Map(results.map(({ policy_arn: arn, document }) => [arn, document]))
}
