// Statements of the policies of a question, found again by what a decision's trace calls them. No I/O, no clock.
import { documentOf } from '../access/policy-set.ts'
import type { Matched, PolicyKind } from '../iam/decision.ts'
import type { Question } from '../iam/evaluate.ts'
import type { CompiledPolicy, CompiledStatement, NamedPolicy } from '../iam/policy.ts'

export interface FoundStatement {
  policy: CompiledPolicy
  statement: CompiledStatement
}

type Policies = Pick<Question, 'policies' | 'resourcePolicy'>

export class Statements {
  readonly #policies = new Map<string, CompiledPolicy>()

  constructor({ policies, resourcePolicy }: Policies) {
    const add = (kind: PolicyKind, list: readonly (NamedPolicy | null)[] | null): void => {
      for (const named of list ?? []) if (named !== null) this.#policies.set(`${kind} ${named.name}`, named.policy)
    }
    add('service-control', policies.serviceControl)
    add('resource', [resourcePolicy])
    add('identity', policies.identity)
    add('boundary', [policies.boundary])
    add('session', policies.session)
  }

  /** Null for what is no statement: a grant of an access control list. */
  find({ kind, policy: name, index }: Pick<Matched, 'kind' | 'policy' | 'index'>): FoundStatement | null {
    const policy = this.#policies.get(`${kind} ${name}`)
    const statement = policy?.statements.find((candidate) => candidate.index === index)
    return policy === undefined || statement === undefined ? null : { policy, statement }
  }
}

/** A statement as its document has it; null where the document is not known. */
export function statementText({ policy, statement }: FoundStatement): unknown {
  const document = documentOf(policy)
  if (document === null) return null
  const { Statement: statements } = JSON.parse(document) as { Statement?: unknown }
  return Array.isArray(statements) ? ((statements as unknown[])[statement.index] ?? null) : (statements ?? null)
}

/** The grant of a list; null for none, and for one to the account that owns what is asked for, which gives it nothing. */
export function usefulGrant({ acl, principal, resourceAccountId }: Question): Question['acl'] {
  const isOwners = 'accountId' in principal && principal.accountId === resourceAccountId
  return acl !== null && acl.to === 'account' && isOwners ? null : acl
}
