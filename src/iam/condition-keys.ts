// The condition keys that S3 lets bucket policies have. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
import { s3Actions } from './s3-actions.ts'

/** Those that end with `/` go on with a tag's key. */
const globalKeys: ReadonlySet<string> = new Set(
  `
  aws:assumedroot aws:calledvia aws:calledviaawsmcp aws:calledviafirst aws:calledvialast aws:chatbotsourcearn
  aws:currenttime aws:ec2instancesourceprivateipv4 aws:ec2instancesourcevpc aws:epochtime aws:federatedprovider
  aws:ismcpserviceaction aws:multifactorauthage aws:multifactorauthpresent aws:principalaccount aws:principalarn
  aws:principalisawsservice aws:principalorgid aws:principalorgpaths aws:principalservicename
  aws:principalservicenameslist aws:principaltag/ aws:principaltype aws:referer aws:requestedregion aws:requesttag/
  aws:resourceaccount aws:resourceorgid aws:resourceorgpaths aws:resourcetag/ aws:securetransport aws:sourceaccount
  aws:sourcearn aws:sourceidentity aws:sourceip aws:sourceorgid aws:sourceorgpaths aws:sourceowner aws:sourcevpc
  aws:sourcevpcarn aws:sourcevpce aws:tagkeys aws:tokenissuetime aws:useragent aws:userid aws:username
  aws:viaawsmcpservice aws:viaawsservice aws:vpceaccount aws:vpceorgid aws:vpceorgpaths aws:vpcsourceip
  ec2:roledelivery ec2:sourceinstancearn glue:credentialissuingservice glue:roleassumedby identitystore:userid
  lambda:sourcefunctionarn ssm:sourceinstancearn
  `
    .split(/\s+/)
    .filter((key) => key !== ''),
)

const s3Keys: ReadonlySet<string> = new Set([...s3Actions.values()].flatMap(({ conditionKeys }) => [...conditionKeys]))

/** Whether `keys` has the key itself, or as one that goes on with a tag's key. */
export function coversKey(keys: ReadonlySet<string>, key: string): boolean {
  const slash = key.indexOf('/')
  return slash === -1 ? keys.has(key) : slash < key.length - 1 && keys.has(key.slice(0, slash + 1))
}

/** `key` in lower case. Keys of identity providers begin with a host name. */
export function isKeyOfBucketPolicies(key: string): boolean {
  const colon = key.indexOf(':')
  const vendor = key.slice(0, colon)
  if (colon === -1) return false
  if (vendor === 's3') return coversKey(s3Keys, key)
  return coversKey(globalKeys, key) || vendor === 'saml' || vendor === 'sts' || vendor.includes('.')
}
