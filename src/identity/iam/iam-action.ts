// How an action of IAM is defined: what it is about says what must be allowed, so that no action can forget to ask.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
import { assert } from '../../assert.ts'
import type { Conditions, Permission } from '../../iam/permission.ts'
import type { Xml } from '../../s3/xml.ts'
import { defineAction, type Action, type ActionContext, type Caller } from '../action.ts'
import type { QueryParameters } from '../parameters.ts'
import type { QueryError } from '../query-error.ts'

/** The children of `<…Result>`; null for an action that answers none. */
export type Answer = readonly (Xml | null)[] | null

/** An ActionContext with somebody in it. */
export interface IamContext extends ActionContext {
  caller: Caller
  /** The caller's: IAM never acts on another account. */
  accountId: string
}

interface NamedAction<Input> {
  name: string
  /** Pure: throws QueryError on bad input. */
  parse: (parameters: QueryParameters, caller: Caller) => Input
}

export interface IamActionDefinition<Input> extends NamedAction<Input> {
  /** The ARN of what it is about, or `*`. */
  resource: (input: Input, accountId: string) => string
  /** Condition keys beyond those of every request. */
  conditions?: (input: Input) => Conditions
  handle: (input: Input, context: IamContext) => Promise<Answer>
}

/** An action whose resource is known from the request: something new, a list, the account. */
export function defineIamAction<Input>(definition: IamActionDefinition<Input>): Action {
  const { name, parse, resource, conditions, handle } = definition
  return defineAction<Input>({
    name,
    service: 'iam',
    parse: (parameters, caller) => parse(parameters, present(caller)),
    permissions: (input, caller) => [
      permission(name, { resource: resource(input, present(caller).accountId), conditions: conditions?.(input) ?? {} }),
    ],
    handle: (input, context) => handle(input, iamContext(context)),
  })
}

/** What an action is about, for policies. */
export interface Described {
  /** An ARN. */
  resource: string
  conditions: Conditions
}

export interface LoadedActionDefinition<Input, Subject> extends NamedAction<Input> {
  /** Reads what it is about; null when there is no such thing. */
  load: (input: Input, context: IamContext) => Promise<Subject | null>
  describe: (input: Input, subject: Subject | null, accountId: string) => Described
  /** What is answered to those who may when there is no such thing. */
  missing: (input: Input, context: IamContext) => QueryError
  handle: (input: Input, subject: Subject, context: IamContext) => Promise<Answer>
}

/**
 * An action on something that is there already: its path and its tags, which policies may ask for, are known only once it
 * was read. Whoever may not do this learns nothing of whether it exists.
 */
export function defineLoadedAction<Input, Subject>(definition: LoadedActionDefinition<Input, Subject>): Action {
  const { name, parse, load, describe, missing, handle } = definition
  return defineAction<Input>({
    name,
    service: 'iam',
    parse: (parameters, caller) => parse(parameters, present(caller)),
    // Asked for in `handle`, once the subject was read.
    permissions: () => [],
    async handle(input, actionContext) {
      const context = iamContext(actionContext)
      const subject = await load(input, context)
      await context.authorise([permission(name, describe(input, subject, context.accountId))])
      if (subject === null) throw missing(input, context)
      return handle(input, subject, context)
    },
  })
}

function permission(name: string, { resource, conditions }: Described): Permission {
  return { action: `iam:${name}`, resource, conditions }
}

function iamContext(context: ActionContext): IamContext {
  const caller = present(context.caller)
  return { ...context, caller, accountId: caller.accountId }
}

function present(caller: Caller | null): Caller {
  assert(caller !== null, 'Every action of IAM is signed')
  return caller
}
