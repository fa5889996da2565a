// Which texts can name a principal. Whether somebody of that name exists is for the store to say. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
import type { PrincipalType } from './principal-matcher.ts'

const awsPattern =
  /^(?:\*|[0-9]{12}|arn:aws:iam::[0-9]{12}:(?:root|user\/[\w+=,.@/-]+|role\/[\w+=,.@/-]+)|arn:aws:sts::[0-9]{12}:(?:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+|federated-user\/[\w+=,.@-]+))$/

const providerPattern =
  /^(?:cognito-identity\.amazonaws\.com|www\.amazon\.com|graph\.facebook\.com|accounts\.google\.com|arn:aws:iam::[0-9]{12}:(?:oidc-provider|saml-provider)\/[^\s*?]+)$/

const servicePattern = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com|amazon\.com|aws\.internal)$/

/** No wildcard may stand for a part of a name. */
export function isPrincipalOf(type: PrincipalType, value: string): boolean {
  switch (type) {
    case 'AWS':
      return awsPattern.test(value)
    case 'CanonicalUser':
      return /^[0-9a-f]{64}$/.test(value)
    case 'Federated':
      return providerPattern.test(value)
    case 'Service':
      return servicePattern.test(value)
  }
}
