import { beforeEach, describe, expect, it } from 'vitest'
import { putServiceControlPolicy } from '../../../src/store/tables/service-control-policies.ts'
import { accountId, iamWorld, members, pages, plain, policyOf, text, trustEverybody } from '../../support/iam-world.ts'
import type { IamWorld, Parameters as QueryInput } from '../../support/iam-world.ts'

let world: IamWorld

beforeEach(async () => {
  world = await iamWorld()
})

const allow = (Action: string | string[], more: object = {}) =>
  policyOf({ Effect: 'Allow', Action, Resource: '*', ...more })
const deny = (Action: string) => policyOf({ Effect: 'Deny', Action, Resource: '*' })

async function simulate(parameters: QueryInput, action = 'SimulateCustomPolicy') {
  const result = await world.ok(action, parameters)
  return members(result, 'EvaluationResults').map((one) => plain(one) as Record<string, unknown>)
}

const decisions = async (parameters: QueryInput, action?: string) =>
  (await simulate(parameters, action)).map(
    (one) => `${String(one['EvalActionName'])} ${String(one['EvalResourceName'])} ${String(one['EvalDecision'])}`,
  )

describe('SimulateCustomPolicy', () => {
  it('decides every action on every resource', async () => {
    const PolicyInputList = [
      policyOf({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::a/*' }),
      deny('s3:DeleteObject'),
    ]
    const ResourceArns = ['arn:aws:s3:::a/k', 'arn:aws:s3:::b/k']
    const ActionNames = ['s3:GetObject', 's3:DeleteObject']
    expect(await decisions({ PolicyInputList, ActionNames, ResourceArns })).toEqual([
      's3:GetObject arn:aws:s3:::a/k allowed',
      's3:GetObject arn:aws:s3:::b/k implicitDeny',
      's3:DeleteObject arn:aws:s3:::a/k explicitDeny',
      's3:DeleteObject arn:aws:s3:::b/k explicitDeny',
    ])
    expect(await decisions({ PolicyInputList, ActionNames: ['s3:GetObject'] })).toEqual(['s3:GetObject * implicitDeny'])
    const asked = { PolicyInputList, ActionNames, ResourceArns, MaxItems: 3 }
    const { items, count } = await pages(world.ok, ['SimulateCustomPolicy', asked], (result) =>
      members(result, 'EvaluationResults').map((one) => text(one, 'EvalDecision')),
    )
    expect([items, count]).toEqual([['allowed', 'implicitDeny', 'explicitDeny', 'explicitDeny'], 2])
  })

  it('tells where it was decided', async () => {
    const pretty = JSON.stringify(
      JSON.parse(
        policyOf(
          { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' },
          { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
        ),
      ),
      null,
      2,
    )
    const [one] = await simulate({ PolicyInputList: [deny('iam:*'), pretty], ActionNames: ['s3:GetObject'] })
    expect(one).toMatchObject({
      MatchedStatements: [
        {
          SourcePolicyId: 'PolicyInputList.2',
          SourcePolicyType: 'none',
          StartPosition: { Line: '9', Column: '5' },
          EndPosition: { Line: '13', Column: '6' },
        },
      ],
    })
  })

  it('asks for what conditions need, and takes it', async () => {
    const PolicyInputList = [
      allow('s3:GetObject', {
        Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' }, Bool: { 'aws:SecureTransport': 'true' } },
      }),
    ]
    const ActionNames = ['s3:GetObject']
    const [without] = await simulate({ PolicyInputList, ActionNames })
    expect(without).toMatchObject({
      EvalDecision: 'implicitDeny',
      MissingContextValues: ['aws:securetransport', 'aws:sourceip'],
    })
    const ContextEntries = [
      { ContextKeyName: 'aws:SourceIp', ContextKeyValues: ['10.1.2.3'], ContextKeyType: 'ip' },
      { ContextKeyName: 'AWS:SecureTransport', ContextKeyValues: ['true'], ContextKeyType: 'boolean' },
    ]
    const [withEntries] = await simulate({ PolicyInputList, ActionNames, ContextEntries })
    expect(withEntries).toMatchObject({ EvalDecision: 'allowed', MissingContextValues: '' })
  })

  it('simulates a boundary', async () => {
    const PolicyInputList = [allow('*')]
    const PermissionsBoundaryPolicyInputList = [allow('s3:GetObject')]
    const results = await simulate({
      PolicyInputList,
      PermissionsBoundaryPolicyInputList,
      ActionNames: ['s3:GetObject', 's3:PutObject'],
    })
    expect(results).toMatchObject([
      { EvalDecision: 'allowed', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: 'true' } },
      { EvalDecision: 'implicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: 'false' } },
    ])
  })

  it("simulates a resource's policy, for who asks", async () => {
    const CallerArn = `arn:aws:iam::${accountId}:user/team/bob`
    const ResourcePolicy = policyOf({
      Effect: 'Allow',
      Principal: { AWS: CallerArn },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::b/*',
    })
    const asked = {
      PolicyInputList: [allow('iam:*')],
      ActionNames: ['s3:GetObject'],
      ResourceArns: ['arn:aws:s3:::b/k'],
      ResourcePolicy,
    }
    const [own] = await simulate({ ...asked, CallerArn })
    expect(own).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'ResourcePolicy', SourcePolicyType: 'resource' }],
    })
    const [other] = await simulate({ ...asked, CallerArn: `arn:aws:iam::${accountId}:user/carol` })
    expect(other).toMatchObject({ EvalDecision: 'implicitDeny' })
    // In another account both sides have to allow it.
    const ResourceOwner = 'arn:aws:iam::444455556666:root'
    const [cross] = await simulate({ ...asked, CallerArn, ResourceOwner })
    expect(cross).toMatchObject({ EvalDecision: 'implicitDeny' })
    const [both] = await simulate({ ...asked, CallerArn, ResourceOwner, PolicyInputList: [allow('s3:*')] })
    expect(both).toMatchObject({ EvalDecision: 'allowed' })
  })

  it.each([
    [{ PolicyInputList: ['{'] }, 'InvalidInput', /PolicyInputList\.1/],
    [{ PolicyInputList: [] }, 'ValidationError', /policyInputList/],
    [{ ActionNames: [] }, 'ValidationError', /actionNames/],
    [{ ActionNames: ['s3:Get*'] }, 'InvalidInput', /ActionNames/],
    [{ ActionNames: ['GetObject'] }, 'InvalidInput', /ActionNames/],
    [{ PermissionsBoundaryPolicyInputList: [allow('*'), allow('*')] }, 'InvalidInput', /one policy only/],
    [{ ResourcePolicy: '{}' }, 'InvalidInput', /ResourcePolicy/],
    [
      { ResourcePolicy: trustEverybody.replace('sts:AssumeRole"', 's3:*","Resource":"arn:aws:s3:::b/*"') },
      'InvalidInput',
      /CallerArn/,
    ],
    [{ CallerArn: 'arn:aws:iam::111122223333:group/staff' }, 'InvalidInput', /CallerArn/],
    [{ ResourceOwner: 'nobody' }, 'InvalidInput', /ResourceOwner/],
    [{ ContextEntries: [{ ContextKeyName: 'x' }] }, 'ValidationError', /contextKeyName/],
  ])('refuses %j', async (parameters, code, message) => {
    const asked = { PolicyInputList: [allow('*')], ActionNames: ['s3:GetObject'], ...parameters } as QueryInput
    const reply = await world.call('SimulateCustomPolicy', asked)
    expect(reply).toMatchObject({ status: 400, code })
    expect(reply.message).toMatch(message)
  })
})

const arnOf = (kind: string, name: string) => `arn:aws:iam::${accountId}:${kind}/${name}`

describe('SimulatePrincipalPolicy', () => {
  const ActionNames = ['s3:GetObject', 's3:PutObject', 'iam:GetUser']

  beforeEach(async () => {
    await world.ok('CreateUser', { UserName: 'bob' })
    await world.ok('CreateGroup', { GroupName: 'staff' })
    await world.ok('AddUserToGroup', { GroupName: 'staff', UserName: 'bob' })
    await world.ok('PutGroupPolicy', { GroupName: 'staff', PolicyName: 'get', PolicyDocument: allow('s3:GetObject') })
    await world.ok('PutUserPolicy', {
      UserName: 'bob',
      PolicyName: 'self',
      PolicyDocument: policyOf({
        Effect: 'Allow',
        Action: 'iam:GetUser',
        Resource: '*',
        Condition: { StringEquals: { 'aws:username': 'bob' } },
      }),
    })
  })

  const of = (source: string, more: QueryInput = {}) =>
    simulate({ PolicySourceArn: source, ActionNames, ...more }, 'SimulatePrincipalPolicy')

  it("takes a user's own policies and those of its groups", async () => {
    expect(await of(arnOf('user', 'bob'))).toMatchObject([
      {
        EvalDecision: 'allowed',
        MatchedStatements: [{ SourcePolicyId: 'group_staff_get', SourcePolicyType: 'group' }],
      },
      { EvalDecision: 'implicitDeny', MatchedStatements: '' },
      { EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: 'user_bob_self', SourcePolicyType: 'user' }] },
    ])
  })

  it('takes further policies, managed ones, and the boundary', async () => {
    await world.ok('AttachUserPolicy', { UserName: 'bob', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' })
    await world.ok('PutUserPermissionsBoundary', {
      UserName: 'bob',
      PermissionsBoundary: 'arn:aws:iam::aws:policy/readonly',
    })
    expect(
      await of(arnOf('user', 'bob'), { PolicyInputList: [deny('iam:*')], ResourceArns: ['arn:aws:s3:::b/k'] }),
    ).toMatchObject([
      { EvalDecision: 'allowed', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: 'true' } },
      { EvalDecision: 'implicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: 'false' } },
      { EvalDecision: 'explicitDeny', MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }] },
    ])
    // Another boundary in its place.
    const more = { PermissionsBoundaryPolicyInputList: [allow('s3:PutObject')], ResourceArns: ['arn:aws:s3:::b/k'] }
    const [get, put] = await of(arnOf('user', 'bob'), more)
    expect([get?.['EvalDecision'], put?.['EvalDecision']]).toEqual(['implicitDeny', 'allowed'])
    expect(put).toMatchObject({
      MatchedStatements: [{ SourcePolicyId: 'AmazonS3FullAccess', SourcePolicyType: 'aws-managed' }],
    })
  })

  it('tells what service control policies say', async () => {
    const policy = { name: 'no-reads', document: allow('iam:*'), updated: 1 }
    await putServiceControlPolicy(world.env, accountId, policy, { countMax: 5 })
    expect(await of(arnOf('user', 'bob'))).toMatchObject([
      { EvalDecision: 'implicitDeny', OrganizationsDecisionDetail: { AllowedByOrganizations: 'false' } },
      { EvalDecision: 'implicitDeny', OrganizationsDecisionDetail: { AllowedByOrganizations: 'false' } },
      { EvalDecision: 'allowed', OrganizationsDecisionDetail: { AllowedByOrganizations: 'true' } },
    ])
  })

  it('takes groups and roles', async () => {
    const [get] = await of(arnOf('group', 'staff'))
    expect(get).toMatchObject({ EvalDecision: 'allowed' })
    await world.ok('CreateRole', { RoleName: 'writer', AssumeRolePolicyDocument: trustEverybody })
    await world.ok('PutRolePolicy', { RoleName: 'writer', PolicyName: 'put', PolicyDocument: allow('s3:PutObject') })
    const [, put] = await of(arnOf('role', 'writer'))
    expect(put).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'role_writer_put', SourcePolicyType: 'role' }],
    })
  })

  it.each([
    ['arn:aws:iam::111122223333:user/none', 404, 'NoSuchEntity'],
    ['arn:aws:iam::111122223333:user/path/bob', 404, 'NoSuchEntity'],
    ['arn:aws:iam::444455556666:user/bob', 404, 'NoSuchEntity'],
    ['arn:aws:iam::111122223333:policy/bob', 400, 'InvalidInput'],
    ['bob', 400, 'InvalidInput'],
  ])('of %s is %i %s', async (PolicySourceArn, status, code) => {
    const reply = await world.call('SimulatePrincipalPolicy', { PolicySourceArn, ActionNames })
    expect(reply).toMatchObject({ status, code })
  })

  it('is permitted by the ARN of who is simulated', async () => {
    const carol = await world.user('carol')
    await world.allow('carol', {
      Effect: 'Allow',
      Action: 'iam:SimulatePrincipalPolicy',
      Resource: arnOf('user', 'bob'),
    })
    const ask = (name: string) =>
      world.as(carol)('SimulatePrincipalPolicy', { PolicySourceArn: arnOf('user', name), ActionNames })
    expect(await ask('bob')).toMatchObject({ status: 200 })
    expect(await ask('carol')).toMatchObject({ status: 403 })
  })
})
