// Actions on an issuer of web identity tokens that is there already.
import type { Conditions } from '../../iam/permission.ts'
import { getOidcProvider, type OidcProvider } from '../../store/tables/oidc-providers.ts'
import type { Action } from '../action.ts'
import type { QueryParameters } from '../parameters.ts'
import { QueryError } from '../query-error.ts'
import { resourceTags } from './conditions.ts'
import { checkText, requiredText } from './fields.ts'
import { defineLoadedAction, type Answer, type IamContext } from './iam-action.ts'

/** `OpenIDConnectProviderArn`. */
export function providerArn(parameters: QueryParameters): { arn: string } {
  const name = 'OpenIDConnectProviderArn'
  const arn = checkText(name, requiredText(parameters, name), { min: 20, max: 2048 })
  if (/^arn:aws:iam::\d{12}:oidc-provider\/\S+$/.test(arn)) return { arn }
  throw new QueryError('InvalidInput', `Invalid ARN: ${arn}`)
}

export interface ProviderActionDefinition<Input extends { arn: string }> {
  name: string
  /** Pure: throws QueryError on bad input. The input's `arn` is the provider's. */
  parse: (parameters: QueryParameters) => Input
  /** Condition keys beyond those of every request and the tags of the provider. */
  conditions?: (input: Input) => Conditions
  /** Default: that it is not found. */
  missing?: (input: Input) => QueryError
  handle: (input: Input, provider: OidcProvider, context: IamContext) => Promise<Answer>
}

/** An action on the provider that its input names. */
export function defineProviderAction<Input extends { arn: string }>(
  definition: ProviderActionDefinition<Input>,
): Action {
  const { name, parse, conditions, missing, handle } = definition
  return defineLoadedAction<Input, OidcProvider>({
    name,
    parse,
    load: ({ arn }, { env, accountId }) => getOidcProvider(env, accountId, arn),
    describe: (input, provider) => ({
      resource: input.arn,
      conditions: { ...resourceTags(provider?.tags ?? {}), ...conditions?.(input) },
    }),
    missing: (input) =>
      missing?.(input) ?? new QueryError('NoSuchEntity', `OpenIDConnect Provider not found for arn ${input.arn}`),
    handle,
  })
}
