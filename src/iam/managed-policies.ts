// Policies that every account has from the start: the names that MinIO and RustFS have, and those of AWS's that people attach
// to users of a storage service. No I/O, no clock.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html,
// https://docs.min.io/enterprise/aistor-object-store/administration/iam/access/
import { compilePolicy } from './compile.ts'
import type { CompiledPolicy, NamedPolicy } from './policy.ts'

export interface ManagedPolicy {
  name: string
  arn: string
  /** `ANPA…`, as AWS has it for its own. */
  policyId: string
  description: string
  /** JSON, with line breaks as AWS shows it. */
  document: string
  /** The only version that there is: `v3`. */
  versionId: string
  /** Of the policy: ISO 8601. */
  created: string
  /** Of the version: ISO 8601. */
  updated: string
}

const arnPrefix = 'arn:aws:iam::aws:policy/'

type Facts = Omit<ManagedPolicy, 'arn' | 'document'> & { actions: string | readonly string[]; resource: string }

function managed({ actions, resource, ...facts }: Facts): ManagedPolicy {
  const statement = { Effect: 'Allow', Action: actions, Resource: resource }
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 4)
  return { ...facts, arn: `${arnPrefix}${facts.name}`, document }
}

/** When this deployment's own were first written down. */
const ownDate = '2026-11-25T00:00:00Z'
const own = { versionId: 'v1', created: ownDate, updated: ownDate }
const allBuckets = 'arn:aws:s3:::*'

export const managedPolicies: readonly ManagedPolicy[] = [
  managed({
    name: 'AdministratorAccess',
    policyId: 'ANPAIWMBCKSKIEE64ZLYK',
    description: 'Provides full access to AWS services and resources.',
    actions: '*',
    resource: '*',
    versionId: 'v1',
    created: '2015-02-06T18:39:46Z',
    updated: '2015-02-06T18:39:46Z',
  }),
  managed({
    name: 'AmazonS3FullAccess',
    policyId: 'ANPAIFIR6V6BVTRAHWINE',
    description: 'Provides full access to all buckets via the AWS Management Console.',
    actions: ['s3:*', 's3-object-lambda:*'],
    resource: '*',
    versionId: 'v2',
    created: '2015-02-06T18:40:58Z',
    updated: '2021-09-27T20:16:37Z',
  }),
  managed({
    name: 'AmazonS3ReadOnlyAccess',
    policyId: 'ANPAIZTJ4DXE7G6AGAE6M',
    description: 'Provides read only access to all buckets via the AWS Management Console.',
    actions: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'],
    resource: '*',
    versionId: 'v3',
    created: '2015-02-06T18:40:59Z',
    updated: '2023-08-10T21:31:39Z',
  }),
  managed({
    name: 'IAMFullAccess',
    policyId: 'ANPAI7XKCFMBPM3QQRRVQ',
    description: 'Provides full access to IAM via the AWS Management Console.',
    actions: [
      'iam:*',
      'organizations:DescribeAccount',
      'organizations:DescribeOrganization',
      'organizations:DescribeOrganizationalUnit',
      'organizations:DescribePolicy',
      'organizations:ListChildren',
      'organizations:ListParents',
      'organizations:ListPoliciesForTarget',
      'organizations:ListRoots',
      'organizations:ListPolicies',
      'organizations:ListTargetsForPolicy',
    ],
    resource: '*',
    versionId: 'v2',
    created: '2015-02-06T18:40:38Z',
    updated: '2019-06-21T19:40:00Z',
  }),
  managed({
    name: 'IAMReadOnlyAccess',
    policyId: 'ANPAJKSO7NDY4T57MWDSQ',
    description: 'Provides read only access to IAM via the AWS Management Console.',
    actions: [
      'iam:GenerateCredentialReport',
      'iam:GenerateServiceLastAccessedDetails',
      'iam:Get*',
      'iam:List*',
      'iam:SimulateCustomPolicy',
      'iam:SimulatePrincipalPolicy',
    ],
    resource: '*',
    versionId: 'v4',
    created: '2015-02-06T18:40:39Z',
    updated: '2018-01-25T19:11:27Z',
  }),
  managed({
    name: 'consoleAdmin',
    policyId: 'ANPAEDGESHARDCONSOLEA',
    description: 'Everything in S3, IAM, STS and the administration of the deployment.',
    actions: ['admin:*', 'edgeshard:*', 'iam:*', 's3:*', 'sts:*'],
    resource: '*',
    ...own,
  }),
  managed({
    name: 'diagnostics',
    policyId: 'ANPAEDGESHARDDIAGNOST',
    description: 'Why requests are allowed or denied. The metrics of the deployment ask for nothing.',
    actions: ['edgeshard:Explain', 'edgeshard:ExplainRequest'],
    resource: '*',
    ...own,
  }),
  managed({
    name: 'readonly',
    policyId: 'ANPAEDGESHARDREADONLY',
    description: 'Reads objects of every bucket, without listing them.',
    actions: ['s3:GetBucketLocation', 's3:GetObject'],
    resource: allBuckets,
    ...own,
  }),
  managed({
    name: 'readwrite',
    policyId: 'ANPAEDGESHARDREADWRIT',
    description: 'Everything in every bucket.',
    actions: 's3:*',
    resource: allBuckets,
    ...own,
  }),
  managed({
    name: 'writeonly',
    policyId: 'ANPAEDGESHARDWRITEONL',
    description: 'Writes objects to every bucket, without reading them.',
    actions: 's3:PutObject',
    resource: allBuckets,
    ...own,
  }),
]

const byArn: ReadonlyMap<string, ManagedPolicy> = new Map(managedPolicies.map((policy) => [policy.arn, policy]))

/** Null: no policy of that ARN is built in. */
export function managedPolicy(arn: string): ManagedPolicy | null {
  return byArn.get(arn) ?? null
}

const compiled = new Map<string, NamedPolicy>()

/** A built-in policy ready for decisions, named by its ARN; compiled when first asked for. Null: there is none. */
export function compiledManagedPolicy(arn: string): NamedPolicy | null {
  const known = compiled.get(arn)
  if (known !== undefined) return known
  const policy = byArn.get(arn)
  if (policy === undefined) return null
  const named = { name: arn, policy: compileOwn(policy.document) }
  compiled.set(arn, named)
  return named
}

function compileOwn(document: string): CompiledPolicy {
  const result = compilePolicy(document, 'identity')
  // A test compiles each of them.
  if (result.outcome === 'malformed') throw new Error(`A built-in policy is malformed: ${result.problems[0]?.message}`)
  return result.policy
}
