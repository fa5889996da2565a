// Every action that a policy can name here: of S3, IAM, STS and the deployment's own API. No I/O, no clock.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html,
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
import { compileAction } from './action-pattern.ts'
import { matchesGlob } from './pattern.ts'
import { s3Actions } from './s3-actions.ts'

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

const iamActions = words(`
  AcceptDelegationRequest AddClientIDToOpenIDConnectProvider AddRoleToInstanceProfile AddUserToGroup
  AssociateDelegationRequest AttachGroupPolicy AttachRolePolicy AttachUserPolicy ChangePassword CreateAccessKey
  CreateAccountAlias CreateDelegationRequest CreateGroup CreateInstanceProfile CreateLoginProfile
  CreateOpenIDConnectProvider CreatePolicy CreatePolicyVersion CreateRole CreateSAMLProvider
  CreateServiceLinkedRole CreateServiceSpecificCredential CreateUser CreateVirtualMFADevice DeactivateMFADevice
  DeleteAccessKey DeleteAccountAlias DeleteAccountPasswordPolicy DeleteCloudFrontPublicKey DeleteGroup
  DeleteGroupPolicy DeleteInstanceProfile DeleteLoginProfile DeleteOpenIDConnectProvider DeletePolicy
  DeletePolicyVersion DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DeleteSAMLProvider
  DeleteSSHPublicKey DeleteServerCertificate DeleteServiceLinkedRole DeleteServiceSpecificCredential
  DeleteSigningCertificate DeleteUser DeleteUserPermissionsBoundary DeleteUserPolicy DeleteVirtualMFADevice
  DetachGroupPolicy DetachRolePolicy DetachUserPolicy DisableOrganizationsRootCredentialsManagement
  DisableOrganizationsRootSessions DisableOutboundWebIdentityFederation EnableMFADevice
  EnableOrganizationsRootCredentialsManagement EnableOrganizationsRootSessions EnableOutboundWebIdentityFederation
  GenerateCredentialReport GenerateOrganizationsAccessReport GenerateServiceLastAccessedDetails
  GetAccessKeyLastUsed GetAccountAuthorizationDetails GetAccountEmailAddress GetAccountName
  GetAccountPasswordPolicy GetAccountProperties GetAccountSummary GetCloudFrontPublicKey
  GetContextKeysForCustomPolicy GetContextKeysForPrincipalPolicy GetCredentialReport GetDelegationRequest GetGroup
  GetGroupPolicy GetHumanReadableSummary GetInstanceProfile GetLoginProfile GetMFADevice GetOpenIDConnectProvider
  GetOrganizationsAccessReport GetOutboundWebIdentityFederationInfo GetPolicy GetPolicyVersion GetRole
  GetRolePolicy GetRoleTemplateVersion GetSAMLProvider GetSSHPublicKey GetServerCertificate
  GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities GetServiceLinkedRoleDeletionStatus
  GetUser GetUserPolicy ListAccessKeys ListAccountAliases ListAttachedGroupPolicies ListAttachedRolePolicies
  ListAttachedUserPolicies ListCloudFrontPublicKeys ListDelegationRequests ListEntitiesForPolicy ListGroupPolicies
  ListGroups ListGroupsForUser ListInstanceProfileTags ListInstanceProfiles ListInstanceProfilesForRole
  ListMFADeviceTags ListMFADevices ListOpenIDConnectProviderTags ListOpenIDConnectProviders
  ListOrganizationsFeatures ListPolicies ListPoliciesGrantingServiceAccess ListPolicyTags ListPolicyVersions
  ListRolePolicies ListRoleTags ListRoles ListSAMLProviderTags ListSAMLProviders ListSSHPublicKeys
  ListSTSRegionalEndpointsStatus ListServerCertificateTags ListServerCertificates ListServiceSpecificCredentials
  ListSigningCertificates ListUserPolicies ListUserTags ListUsers ListVirtualMFADevices PassRole
  PutAccountProperties PutGroupPolicy PutRolePermissionsBoundary PutRolePolicy PutUserPermissionsBoundary
  PutUserPolicy RejectDelegationRequest RemoveClientIDFromOpenIDConnectProvider RemoveRoleFromInstanceProfile
  RemoveUserFromGroup ResetServiceSpecificCredential ResyncMFADevice SendDelegationToken SetDefaultPolicyVersion
  SetSTSRegionalEndpointStatus SetSecurityTokenServicePreferences SimulateCustomPolicy SimulatePrincipalPolicy
  TagInstanceProfile TagMFADevice TagOpenIDConnectProvider TagPolicy TagRole TagSAMLProvider TagServerCertificate
  TagUser UntagInstanceProfile UntagMFADevice UntagOpenIDConnectProvider UntagPolicy UntagRole UntagSAMLProvider
  UntagServerCertificate UntagUser UpdateAccessKey UpdateAccountEmailAddress UpdateAccountName
  UpdateAccountPasswordPolicy UpdateAssumeRolePolicy UpdateCloudFrontPublicKey UpdateGroup UpdateLoginProfile
  UpdateOpenIDConnectProviderThumbprint UpdateRole UpdateRoleDescription UpdateSAMLProvider UpdateSSHPublicKey
  UpdateServerCertificate UpdateServiceSpecificCredential UpdateSigningCertificate UpdateUser
  UploadCloudFrontPublicKey UploadSSHPublicKey UploadServerCertificate UploadSigningCertificate
`)

const stsActions = words(`
  AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot DecodeAuthorizationMessage GetAccessKeyInfo
  GetCallerIdentity GetDelegatedAccessToken GetFederationToken GetServiceBearerToken GetSessionToken
  GetWebIdentityToken SetContext SetSourceIdentity TagGetWebIdentityToken TagSession
`)

/** Of `/-/admin/…`: the names of its operations, and what is there for those who operate the deployment. */
const edgeshardActions = words(`
  CreateAccessKey CreateAccount CreateServiceAccount DeleteAccessKey DeleteAccount DeleteServiceAccount DisableAccessKey
  DisableAccount EnableAccessKey EnableAccount Explain GetAccessKey GetAccount GetMetrics GetServiceAccount ListAccessKeys
  ListAccounts ListServiceAccounts RotateAccessKey UpdateAccount UpdateServiceAccount
`)

/** As AWS spells them, sorted: `iam:AddUserToGroup` … `sts:TagSession`. */
export const allActions: readonly string[] = [
  ...edgeshardActions.map((name) => `edgeshard:${name}`),
  ...iamActions.map((name) => `iam:${name}`),
  ...[...s3Actions.values()].map(({ name }) => name),
  ...stsActions.map((name) => `sts:${name}`),
].sort()

/** The actions that a pattern of `Action` covers, as AWS spells them. */
export function actionsCoveredBy(pattern: string): string[] {
  const glob = compileAction(pattern)
  return allActions.filter((action) => matchesGlob(glob, action.toLowerCase()))
}
