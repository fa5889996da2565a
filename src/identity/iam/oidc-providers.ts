// Issuers of web identity tokens.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
import { oidcProviderArn } from '../../iam/arn.ts'
import { clientIdsPerProviderMax, oidcProvidersPerAccountMax, thumbprintsPerProviderMax } from '../../limits.ts'
import { requestTagConditions } from '../../iam/permission.ts'
import { element } from '../../s3/xml.ts'
import {
  createOidcProvider,
  deleteOidcProvider,
  listOidcProviders,
  replaceProviderList,
  type OidcProvider,
} from '../../store/tables/oidc-providers.ts'
import type { Action } from '../action.ts'
import type { QueryParameters } from '../parameters.ts'
import { QueryError } from '../query-error.ts'
import { mayBeFetched } from '../oidc/issuer-url.ts'
import { webIdentityKeySets } from '../oidc/web-identity-key-sets.ts'
import { checkText, requiredText } from './fields.ts'
import { defineIamAction, type Answer, type IamContext } from './iam-action.ts'
import { defineProviderAction, providerArn } from './oidc-provider-action.ts'
import { memberList } from './paging.ts'
import { changedMeanwhile, quotaExceeded } from './refusals.ts'
import { isoDate, tagListElement, tagsElement } from './shapes.ts'
import { requestedTags } from './tag-fields.ts'

/** The URL of an issuer, whole and without its scheme, as it is kept. */
function issuerParameter(parameters: QueryParameters): { issuer: string; url: string } {
  const issuer = checkText('Url', requiredText(parameters, 'Url'), { max: 255 })
  // Who trusts an issuer on this machine may keep it without TLS; whether it is asked for keys is decided below.
  if (!mayBeFetched(issuer, 'loopback') || /[?#\s]/.test(issuer)) throw invalidUrl()
  return { issuer, url: issuer.replace(/^https?:\/\//, '') }
}

function invalidUrl(): QueryError {
  return new QueryError('ValidationError', 'Invalid Open ID Connect Provider URL')
}

function clientId(value: string): string {
  return checkText('ClientID', value, { max: 255 })
}

function clientIdList(parameters: QueryParameters): string[] {
  const ids = parameters.list('ClientIDList').map(clientId)
  if (ids.length > clientIdsPerProviderMax) {
    throw quotaExceeded('ClientIdsPerOpenIdConnectProvider', clientIdsPerProviderMax)
  }
  return [...new Set(ids)]
}

function thumbprintList(parameters: QueryParameters): string[] {
  const prints = parameters
    .list('ThumbprintList')
    .map((print) => checkText('ThumbprintList', print, { min: 40, max: 40 }))
  if (prints.length > thumbprintsPerProviderMax) {
    // Five are taken: AWS's sentence says otherwise.
    throw new QueryError('InvalidInput', 'Thumbprint list must contain fewer than 5 entries.')
  }
  return prints
}

/** CreateOpenIDConnectProvider. */
const createProvider = defineIamAction({
  name: 'CreateOpenIDConnectProvider',
  parse: (parameters) => ({
    ...issuerParameter(parameters),
    clientIds: clientIdList(parameters),
    thumbprints: thumbprintList(parameters),
    tags: requestedTags(parameters, 'two-keys'),
  }),
  resource: ({ url }, accountId) => oidcProviderArn(accountId, url),
  conditions: ({ tags }) => requestTagConditions(tags),
  async handle({ issuer, ...input }, { env, accountId, now }) {
    if (!mayBeFetched(issuer, webIdentityKeySets(env).plainHttp)) throw invalidUrl()
    const provider = { ...input, accountId, arn: oidcProviderArn(accountId, input.url), created: now }
    const { outcome } = await createOidcProvider(env, provider, { countMax: oidcProvidersPerAccountMax })
    switch (outcome) {
      case 'exists':
        throw new QueryError('EntityAlreadyExists', `Provider with url ${issuer} already exists.`)
      case 'too-many':
        throw quotaExceeded('OpenIDConnectProvidersPerAccount', oidcProvidersPerAccountMax)
      case 'created':
        return [element('OpenIDConnectProviderArn', provider.arn), tagsElement(provider.tags)]
    }
  },
})

/** GetOpenIDConnectProvider: the URL without its scheme, as on AWS. */
const getProvider = defineProviderAction({
  name: 'GetOpenIDConnectProvider',
  parse: providerArn,
  handle: async (_input, { url, clientIds, thumbprints, created, tags }) => [
    element('Url', url),
    memberList('ClientIDList', clientIds),
    memberList('ThumbprintList', thumbprints),
    element('CreateDate', isoDate(created)),
    tagListElement(tags),
  ],
})

/** ListOpenIDConnectProviders: all of them, AWS has no pages here. */
const listProviders = defineIamAction({
  name: 'ListOpenIDConnectProviders',
  parse: () => null,
  resource: (_input, accountId) => oidcProviderArn(accountId, '*'),
  async handle(_input, { env, accountId }) {
    const providers = await listOidcProviders(env, accountId)
    const members = providers.map(({ arn }) => [element('Arn', arn)])
    return [memberList('OpenIDConnectProviderList', members)]
  },
})

/** DeleteOpenIDConnectProvider. */
const deleteProvider = defineProviderAction({
  name: 'DeleteOpenIDConnectProvider',
  parse: providerArn,
  missing: ({ arn }) => new QueryError('NoSuchEntity', `OpenId connect Provider ${arn} cannot be found.`),
  async handle(_input, provider, { env }) {
    await deleteOidcProvider(env, provider)
    return null
  },
})

/** AddClientIDToOpenIDConnectProvider; one that is there stays. */
const addClientId = defineProviderAction({
  name: 'AddClientIDToOpenIDConnectProvider',
  parse: (parameters) => ({ ...providerArn(parameters), id: clientId(requiredText(parameters, 'ClientID')) }),
  async handle({ id }, provider, context) {
    const to = [...new Set([...provider.clientIds, id])]
    if (to.length > clientIdsPerProviderMax) {
      throw quotaExceeded('ClientIdsPerOpenIdConnectProvider', clientIdsPerProviderMax)
    }
    return replaceList(context, provider, 'clientIds', to)
  },
})

/** RemoveClientIDFromOpenIDConnectProvider; one that is not there is no mistake. */
const removeClientId = defineProviderAction({
  name: 'RemoveClientIDFromOpenIDConnectProvider',
  parse: (parameters) => ({ ...providerArn(parameters), id: clientId(requiredText(parameters, 'ClientID')) }),
  handle: ({ id }, provider, context) =>
    replaceList(
      context,
      provider,
      'clientIds',
      provider.clientIds.filter((known) => known !== id),
    ),
})

/** UpdateOpenIDConnectProviderThumbprint: another list in the place of the one that was there. */
const updateThumbprint = defineProviderAction({
  name: 'UpdateOpenIDConnectProviderThumbprint',
  parse: (parameters) => ({ ...providerArn(parameters), thumbprints: thumbprintList(parameters) }),
  handle: ({ thumbprints }, provider, context) => replaceList(context, provider, 'thumbprints', thumbprints),
})

async function replaceList(
  { env }: IamContext,
  provider: OidcProvider,
  list: 'clientIds' | 'thumbprints',
  to: readonly string[],
): Promise<Answer> {
  const { outcome } = await replaceProviderList(env, provider, list, to)
  if (outcome === 'changed') throw changedMeanwhile()
  return null
}

export const oidcProviderActions: readonly Action[] = [
  addClientId,
  createProvider,
  deleteProvider,
  getProvider,
  listProviders,
  removeClientId,
  updateThumbprint,
]
