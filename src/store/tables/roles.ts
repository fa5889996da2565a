// Roles, as STS asks for them. Their rows are in the table `entities`.
import type { Env } from '../../env.ts'
import { getEntity, type RoleFacts } from './entities.ts'

export interface Role extends RoleFacts {
  /** `AROA…` */
  roleId: string
  accountId: string
  name: string
  /** Begins and ends with `/`. */
  path: string
  arn: string
  /** Milliseconds since 1970. */
  created: number
  /** The policy that bounds it; null for none. */
  boundaryArn: string | null
  tags: Readonly<Record<string, string>>
}

/** The account's role of this name, in whatever case; null when there is none. One query. */
export async function getRole(env: Env, accountId: string, name: string): Promise<Role | null> {
  const entity = await getEntity(env, accountId, { kind: 'role', name })
  if (entity === null || entity.role === null) return null
  const { entityId, path, arn, created, boundaryArn, tags, role } = entity
  return { ...role, roleId: entityId, accountId, name: entity.name, path, arn, created, boundaryArn, tags }
}
