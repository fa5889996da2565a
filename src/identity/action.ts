// An action of IAM or STS is one entry with three fields in reading order: parse, permissions, handle.
import type { Assumption } from '../access/assumption.ts'
import type { Identity } from '../auth/identity.ts'
import type { Env } from '../env.ts'
import type { Decision } from '../iam/decision.ts'
import type { Permission } from '../iam/permission.ts'
import type { Xml } from '../s3/xml.ts'
import type { QueryParameters } from './parameters.ts'

export type Service = 'iam' | 'sts'

/** Somebody who signed. */
export type Caller = Extract<Identity, { kind: 'account' }>

/** What `handle` may use. */
export interface ActionContext {
  env: Env
  /** Null only for actions with `anonymous`. */
  caller: Caller | null
  requestId: string
  /** Milliseconds since 1970. */
  now: number
  /** Throws AccessDenied unless the caller may do all of this: for what is known only once something was read. */
  authorise(permissions: readonly Permission[]): Promise<void>
  /** Whether the caller, or a web identity in its place, may assume a role: by its trust policy and their own policies. */
  mayAssume(assumption: Assumption): Promise<Decision>
}

export interface ActionDefinition<Input> {
  /** As AWS spells it. */
  name: string
  service: Service
  /** No signature is asked for (AssumeRoleWithWebIdentity). */
  anonymous?: true
  /** Pure: throws QueryError on bad input. `caller` for what defaults to the caller (a user's own name, its account). */
  parse(parameters: QueryParameters, caller: Caller | null): Input
  /** Pure: every permission the request needs; empty where AWS asks for none (GetCallerIdentity). */
  permissions(input: Input, caller: Caller | null): Permission[]
  /** The children of `<…Result>`; null for an action that answers no result. */
  handle(input: Input, context: ActionContext): Promise<readonly (Xml | null)[] | null>
}

/** An action whose Input type is closed over, so that the table holds one plain type. */
export interface Action {
  name: string
  service: Service
  anonymous: boolean
  bind(
    parameters: QueryParameters,
    caller: Caller | null,
  ): { permissions: Permission[]; run(context: ActionContext): Promise<readonly (Xml | null)[] | null> }
}

/** Makes a table entry out of a definition. */
export function defineAction<Input>(definition: ActionDefinition<Input>): Action {
  return {
    name: definition.name,
    service: definition.service,
    anonymous: definition.anonymous ?? false,
    bind(parameters, caller) {
      const input = definition.parse(parameters, caller)
      return {
        permissions: definition.permissions(input, caller),
        run: (context) => definition.handle(input, context),
      }
    },
  }
}
