// What an account here never has, answered as AWS answers an account without it: Terraform and the AWS CLI ask before
// they delete a user or a role. There are no passwords, MFA devices, keys of other kinds, or instance profiles.
import type { EntityKind } from '../../iam/arn.ts'
import { element, type Xml } from '../../s3/xml.ts'
import type { Action } from '../action.ts'
import { QueryError } from '../query-error.ts'
import { defineEntityAction, defineHolderAction } from './entity-action.ts'
import { entityName, userOrCaller } from './fields.ts'
import { defineIamAction } from './iam-action.ts'
import { parsePage } from './paging.ts'

/** An empty list, and that it is whole. */
function emptyList(list: string): Xml[] {
  return [element(list, []), element('IsTruncated', false)]
}

/** Of a user, or of the caller. */
function emptyOfUser(name: string, list: string): Action {
  return defineHolderAction({
    name,
    parse: (parameters, caller) => ({ name: userOrCaller(parameters, caller), page: parsePage(parameters) }),
    handle: async () => emptyList(list),
  })
}

function emptyOfAccount(name: string, list: string): Action {
  return defineIamAction({
    name,
    parse: (parameters) => ({ page: parsePage(parameters) }),
    resource: () => '*',
    handle: async () => emptyList(list),
  })
}

function emptyOf(kind: EntityKind, name: string, list: string): Action {
  return defineEntityAction({
    name,
    kind,
    parse: (parameters) => ({ name: entityName(parameters, kind), page: parsePage(parameters) }),
    handle: async () => emptyList(list),
  })
}

/** GetLoginProfile, DeleteLoginProfile: no user has a password. */
function noLoginProfile(name: string): Action {
  return defineHolderAction({
    name,
    parse: (parameters, caller) => ({ name: userOrCaller(parameters, caller) }),
    async handle(_input, user) {
      throw new QueryError('NoSuchEntity', `Login Profile for User ${user?.name ?? 'root'} cannot be found.`)
    },
  })
}

const getAccountPasswordPolicy = defineIamAction({
  name: 'GetAccountPasswordPolicy',
  parse: () => null,
  resource: () => '*',
  async handle(_input, { accountId }) {
    throw new QueryError('NoSuchEntity', `The Password Policy with domain name ${accountId} cannot be found.`)
  },
})

const listSamlProviders = defineIamAction({
  name: 'ListSAMLProviders',
  parse: () => null,
  resource: () => '*',
  // AWS has no pages here.
  handle: async () => [element('SAMLProviderList', [])],
})

export const absentActions: readonly Action[] = [
  emptyOf('role', 'ListInstanceProfilesForRole', 'InstanceProfiles'),
  emptyOfAccount('ListInstanceProfiles', 'InstanceProfiles'),
  emptyOfAccount('ListServerCertificates', 'ServerCertificateMetadataList'),
  emptyOfAccount('ListVirtualMFADevices', 'VirtualMFADevices'),
  emptyOfUser('ListMFADevices', 'MFADevices'),
  emptyOfUser('ListSSHPublicKeys', 'SSHPublicKeys'),
  emptyOfUser('ListServiceSpecificCredentials', 'ServiceSpecificCredentials'),
  emptyOfUser('ListSigningCertificates', 'Certificates'),
  getAccountPasswordPolicy,
  listSamlProviders,
  noLoginProfile('DeleteLoginProfile'),
  noLoginProfile('GetLoginProfile'),
]
