// What AWS IAM does that this service does not do, or does otherwise. The actions are kept equal to
// src/identity/iam/not-implemented.ts by known-gaps.test.ts.
import type { KnownGap } from './known-gaps.ts'

const since = '0.1.0'

function words(text: string): string[] {
  return text.trim().split(/\s+/)
}

/** Every action of AWS's IAM API, as its model of 2026-08 has them. */
export const AWS_IAM_ACTIONS = words(`
  AcceptDelegationRequest AddClientIDToOpenIDConnectProvider AddRoleToInstanceProfile AddUserToGroup
  AssociateDelegationRequest AttachGroupPolicy AttachRolePolicy AttachUserPolicy ChangePassword CreateAccessKey
  CreateAccountAlias CreateDelegationRequest CreateGroup CreateInstanceProfile CreateLoginProfile
  CreateOpenIDConnectProvider CreatePolicy CreatePolicyVersion CreateRole CreateSAMLProvider CreateServiceLinkedRole
  CreateServiceSpecificCredential CreateUser CreateVirtualMFADevice DeactivateMFADevice DeleteAccessKey
  DeleteAccountAlias DeleteAccountPasswordPolicy DeleteGroup DeleteGroupPolicy DeleteInstanceProfile
  DeleteLoginProfile DeleteOpenIDConnectProvider DeletePolicy DeletePolicyVersion DeleteRole
  DeleteRolePermissionsBoundary DeleteRolePolicy DeleteSAMLProvider DeleteSSHPublicKey DeleteServerCertificate
  DeleteServiceLinkedRole DeleteServiceSpecificCredential DeleteSigningCertificate DeleteUser
  DeleteUserPermissionsBoundary DeleteUserPolicy DeleteVirtualMFADevice DetachGroupPolicy DetachRolePolicy
  DetachUserPolicy DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions
  DisableOutboundWebIdentityFederation EnableMFADevice EnableOrganizationsRootCredentialsManagement
  EnableOrganizationsRootSessions EnableOutboundWebIdentityFederation GenerateCredentialReport
  GenerateOrganizationsAccessReport GenerateServiceLastAccessedDetails GetAccessKeyLastUsed
  GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountSummary GetContextKeysForCustomPolicy
  GetContextKeysForPrincipalPolicy GetCredentialReport GetDelegationRequest GetGroup GetGroupPolicy
  GetHumanReadableSummary GetInstanceProfile GetLoginProfile GetMFADevice GetOpenIDConnectProvider
  GetOrganizationsAccessReport GetOutboundWebIdentityFederationInfo GetPolicy GetPolicyVersion GetRole GetRolePolicy
  GetSAMLProvider GetSSHPublicKey GetServerCertificate GetServiceLastAccessedDetails
  GetServiceLastAccessedDetailsWithEntities GetServiceLinkedRoleDeletionStatus GetUser GetUserPolicy ListAccessKeys
  ListAccountAliases ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies
  ListDelegationRequests ListEntitiesForPolicy ListGroupPolicies ListGroups ListGroupsForUser ListInstanceProfileTags
  ListInstanceProfiles ListInstanceProfilesForRole ListMFADeviceTags ListMFADevices ListOpenIDConnectProviderTags
  ListOpenIDConnectProviders ListOrganizationsFeatures ListPolicies ListPoliciesGrantingServiceAccess ListPolicyTags
  ListPolicyVersions ListRolePolicies ListRoleTags ListRoles ListSAMLProviderTags ListSAMLProviders ListSSHPublicKeys
  ListServerCertificateTags ListServerCertificates ListServiceSpecificCredentials ListSigningCertificates
  ListUserPolicies ListUserTags ListUsers ListVirtualMFADevices PutGroupPolicy PutRolePermissionsBoundary
  PutRolePolicy PutUserPermissionsBoundary PutUserPolicy RejectDelegationRequest
  RemoveClientIDFromOpenIDConnectProvider RemoveRoleFromInstanceProfile RemoveUserFromGroup
  ResetServiceSpecificCredential ResyncMFADevice SendDelegationToken SetDefaultPolicyVersion
  SetSecurityTokenServicePreferences SimulateCustomPolicy SimulatePrincipalPolicy TagInstanceProfile TagMFADevice
  TagOpenIDConnectProvider TagPolicy TagRole TagSAMLProvider TagServerCertificate TagUser UntagInstanceProfile
  UntagMFADevice UntagOpenIDConnectProvider UntagPolicy UntagRole UntagSAMLProvider UntagServerCertificate UntagUser
  UpdateAccessKey UpdateAccountPasswordPolicy UpdateAssumeRolePolicy UpdateDelegationRequest UpdateGroup
  UpdateLoginProfile UpdateOpenIDConnectProviderThumbprint UpdateRole UpdateRoleDescription UpdateSAMLProvider
  UpdateSSHPublicKey UpdateServerCertificate UpdateServiceSpecificCredential UpdateSigningCertificate UpdateUser
  UploadSSHPublicKey UploadServerCertificate UploadSigningCertificate
`)

const missing = {
  'Delegation requests are not there': `
    AcceptDelegationRequest AssociateDelegationRequest CreateDelegationRequest GetDelegationRequest
    ListDelegationRequests RejectDelegationRequest SendDelegationToken UpdateDelegationRequest
  `,
  'There is no organisation: accounts are bound by the admin API': `
    DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions
    EnableOrganizationsRootCredentialsManagement EnableOrganizationsRootSessions GenerateOrganizationsAccessReport
    GetOrganizationsAccessReport ListOrganizationsFeatures
  `,
  'Instance profiles are not there; their lists are empty': `
    AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile GetInstanceProfile ListInstanceProfileTags
    RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile
  `,
  'Passwords are not there: there is no console to sign in to': `
    ChangePassword CreateLoginProfile DeleteAccountPasswordPolicy UpdateAccountPasswordPolicy UpdateLoginProfile
  `,
  'SAML providers are not there; their list is empty': `
    CreateSAMLProvider DeleteSAMLProvider GetSAMLProvider ListSAMLProviderTags TagSAMLProvider UntagSAMLProvider
    UpdateSAMLProvider
  `,
  'Service-linked roles are not there': `
    CreateServiceLinkedRole DeleteServiceLinkedRole GetServiceLinkedRoleDeletionStatus
  `,
  'Credentials of other services are not there; their list is empty': `
    CreateServiceSpecificCredential DeleteServiceSpecificCredential ResetServiceSpecificCredential
    UpdateServiceSpecificCredential
  `,
  'MFA devices are not there; their lists are empty': `
    CreateVirtualMFADevice DeactivateMFADevice DeleteVirtualMFADevice EnableMFADevice GetMFADevice ListMFADeviceTags
    ResyncMFADevice TagMFADevice UntagMFADevice
  `,
  'SSH keys are not there; their list is empty': `
    DeleteSSHPublicKey GetSSHPublicKey UpdateSSHPublicKey UploadSSHPublicKey
  `,
  'Server certificates are not there; their list is empty': `
    DeleteServerCertificate GetServerCertificate ListServerCertificateTags TagServerCertificate UntagServerCertificate
    UpdateServerCertificate UploadServerCertificate
  `,
  'Signing certificates are not there; their list is empty': `
    DeleteSigningCertificate UpdateSigningCertificate UploadSigningCertificate
  `,
  'Tokens for other systems are not issued': `
    DisableOutboundWebIdentityFederation EnableOutboundWebIdentityFederation GetOutboundWebIdentityFederationInfo
  `,
  'There are no reports; GetAccessKeyLastUsed tells of single keys': `
    GenerateCredentialReport GetCredentialReport
  `,
  'Which services were used is not recorded; GetAccessKeyLastUsed and GetRole tell when': `
    GenerateServiceLastAccessedDetails GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities
    ListPoliciesGrantingServiceAccess
  `,
  'The simulators name the keys that were missing': `
    GetContextKeysForCustomPolicy GetContextKeysForPrincipalPolicy
  `,
  'Policies are not put into words; /-/admin/explain does so for decisions': `
    GetHumanReadableSummary
  `,
  'Session tokens have one form': `
    SetSecurityTokenServicePreferences
  `,
}

/** Actions that answer 501 NotImplemented, naming themselves. */
export const IAM_NOT_IMPLEMENTED: KnownGap[] = Object.entries(missing).flatMap(([what, names]) =>
  words(names).map((name) => ({ name, what, since })),
)

/** Actions that are there, without some part of them. */
export const IAM_PARTIAL: KnownGap[] = [
  { name: 'CreateAccountAlias', what: 'Aliases are those of the deployment: AWS has them once in the world', since },
  {
    name: 'CreateOpenIDConnectProvider without thumbprints',
    what: 'None is looked up: certificates are checked by their authorities',
    since,
  },
  {
    name: 'SimulateCustomPolicy',
    what: 'Tells the one statement that decided; keys that were missing are in lower case',
    since,
  },
  {
    name: 'SimulatePrincipalPolicy',
    what: 'Tells the one statement that decided; keys that were missing are in lower case',
    since,
  },
]
