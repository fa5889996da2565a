// Users, groups, roles and policies as people manage them with `aws iam`, and what the policies then do to `aws s3`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awsEnvironment, findClient, runCommand } from '../support/clients.ts'
import type { CommandResult } from '../support/clients.ts'
import type { Credentials } from '../support/address.ts'
import type { Account } from '../support/endpoint.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const found = await findClient('aws')
const reason = 'skip' in found ? found.skip : null
const server = sharedServer()
const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-iam-'))
const bucket = uniqueBucketName('iam')
const body = path.join(folder, 'body')

let account: Account

type Answer = Record<string, unknown>
type Caller = Credentials & { sessionToken?: string }

/** Runs the CLI as the account itself, or as somebody else. */
function run(args: string[], caller: Caller = account): Promise<CommandResult> {
  const command = 'command' in found ? found.command : ''
  const { sessionToken } = caller
  return runCommand(command, args, {
    environment: {
      ...awsEnvironment(server.url, caller),
      PYTHONUTF8: '1',
      ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    },
  })
}

/** What a call that must succeed answered. */
async function aws(args: string[], caller?: Caller): Promise<Answer> {
  const { code, stdout, stderr } = await run(args, caller)
  if (code !== 0) throw new Error(`aws ${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Answer)
}

const iam = (...args: string[]): Promise<Answer> => aws(['iam', ...args])

/** What the CLI said of a call that must fail. */
async function refusal(args: string[], caller?: Caller): Promise<string> {
  const { code, stdout, stderr } = await run(args, caller)
  if (code === 0) throw new Error(`aws ${args.join(' ')} succeeded: ${stdout}`)
  return stderr.trim()
}

const policy = (statement: Record<string, unknown>): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })

/** A user with an access key. */
async function user(name: string, ...more: string[]): Promise<Credentials> {
  await iam('create-user', '--user-name', name, ...more)
  const { AccessKey: key } = (await iam('create-access-key', '--user-name', name)) as {
    AccessKey: Record<string, string>
  }
  return { accessKeyId: key['AccessKeyId'] ?? '', secretAccessKey: key['SecretAccessKey'] ?? '' }
}

const put = (key: string) => ['s3api', 'put-object', '--bucket', bucket, '--key', key, '--body', body]
const get = (key: string) => ['s3api', 'get-object', '--bucket', bucket, '--key', key, path.join(folder, 'got')]

const arnOf = (rest: string): string => `arn:aws:iam::${account.accountId}:${rest}`

// Every call starts the CLI, which takes half a second, and several where there is much else to do.
describe.skipIf(reason !== null)(`aws iam ${reason ?? ''}`, { timeout: 180_000 }, () => {
  beforeAll(async () => {
    account = await server.account('iam-cli')
    writeFileSync(body, 'body')
    await aws(['s3api', 'create-bucket', '--bucket', bucket])
    for (const key of ['home/alice/letter', 'home/bob/letter']) await aws(put(key))
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('makes a user, who may do what its policies say, and who goes when all that it had is gone', async () => {
    const created = await iam(
      'create-user',
      '--user-name',
      'alice',
      '--path',
      '/staff/',
      '--tags',
      'Key=team,Value=blue',
    )
    expect(created).toEqual({
      User: {
        Path: '/staff/',
        UserName: 'alice',
        UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
        Arn: arnOf('user/staff/alice'),
        CreateDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
        Tags: [{ Key: 'team', Value: 'blue' }],
      },
    })
    const { AccessKey: key } = (await iam('create-access-key', '--user-name', 'alice')) as {
      AccessKey: Record<string, string>
    }
    const alice = { accessKeyId: key['AccessKeyId'] ?? '', secretAccessKey: key['SecretAccessKey'] ?? '' }
    expect(await aws(['sts', 'get-caller-identity'], alice)).toMatchObject({ Arn: arnOf('user/staff/alice') })
    // Nothing is allowed to begin with.
    expect(await refusal(get('home/alice/letter'), alice)).toContain(
      `(AccessDenied) when calling the GetObject operation: User: ${arnOf('user/staff/alice')} is not authorized to perform: s3:GetObject`,
    )
    // An inline policy for the user's own folder.
    const own = policy({ Action: 's3:*Object', Resource: `arn:aws:s3:::${bucket}/home/\${aws:username}/*` })
    await iam('put-user-policy', '--user-name', 'alice', '--policy-name', 'own', '--policy-document', own)
    await aws(get('home/alice/letter'), alice)
    await aws(put('home/alice/other'), alice)
    expect(await refusal(get('home/bob/letter'), alice)).toContain('(AccessDenied)')
    // A policy of AWS, and one that denies what it allows.
    const readOnly = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
    await iam('attach-user-policy', '--user-name', 'alice', '--policy-arn', readOnly)
    await aws(get('home/bob/letter'), alice)
    const deny = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/home/bob/*` },
    })
    await iam('put-user-policy', '--user-name', 'alice', '--policy-name', 'not-bob', '--policy-document', deny)
    expect(await refusal(get('home/bob/letter'), alice)).toContain('with an explicit deny in an identity-based policy')
    // A key that is not active signs nothing.
    const { accessKeyId } = alice
    const status = ['iam', 'update-access-key', '--user-name', 'alice', '--access-key-id', accessKeyId, '--status']
    await aws([...status, 'Inactive'])
    expect(await refusal(get('home/alice/letter'), alice)).toContain('(InvalidAccessKeyId)')
    await aws([...status, 'Active'])
    await aws(get('home/alice/letter'), alice)
    // Everything has to be taken away before.
    const gone = async () => refusal(['iam', 'delete-user', '--user-name', 'alice'])
    const conflict = '(DeleteConflict) when calling the DeleteUser operation: Cannot delete entity, must'
    expect(await gone()).toContain(`${conflict} detach all policies first.`)
    await iam('detach-user-policy', '--user-name', 'alice', '--policy-arn', readOnly)
    expect(await gone()).toContain(`${conflict} delete policies first.`)
    expect(await iam('list-user-policies', '--user-name', 'alice')).toEqual({ PolicyNames: ['not-bob', 'own'] })
    for (const name of ['own', 'not-bob'])
      await iam('delete-user-policy', '--user-name', 'alice', '--policy-name', name)
    expect(await gone()).toContain(`${conflict} delete access keys first.`)
    await iam('delete-access-key', '--user-name', 'alice', '--access-key-id', accessKeyId)
    await iam('delete-user', '--user-name', 'alice')
    expect(await refusal(['iam', 'get-user', '--user-name', 'alice'])).toContain(
      '(NoSuchEntity) when calling the GetUser operation: The user with name alice cannot be found.',
    )
    expect(await refusal(get('home/alice/letter'), alice)).toContain('(InvalidAccessKeyId)')
  })

  it('lets a group give its members what it may', async () => {
    const bob = await user('bob')
    await iam('create-group', '--group-name', 'readers')
    const document = policy({ Action: ['s3:GetObject'], Resource: `arn:aws:s3:::${bucket}/*` })
    const { Policy: made } = (await iam(
      'create-policy',
      '--policy-name',
      'read',
      '--path',
      '/s3/',
      '--policy-document',
      document,
      '--description',
      'Reads one bucket',
    )) as { Policy: Record<string, string> }
    const arn = made['Arn'] ?? ''
    expect(arn).toBe(arnOf('policy/s3/read'))
    await iam('attach-group-policy', '--group-name', 'readers', '--policy-arn', arn)
    expect(await refusal(get('home/bob/letter'), bob)).toContain('(AccessDenied)')
    await iam('add-user-to-group', '--group-name', 'readers', '--user-name', 'bob')
    await aws(get('home/bob/letter'), bob)
    // A new version of the policy, and the old one again.
    const writes = policy({ Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/*` })
    await iam('create-policy-version', '--policy-arn', arn, '--policy-document', writes, '--set-as-default')
    expect(await refusal(get('home/bob/letter'), bob)).toContain('(AccessDenied)')
    await aws(put('home/bob/other'), bob)
    const { PolicyVersion: first } = (await iam('get-policy-version', '--policy-arn', arn, '--version-id', 'v1')) as {
      PolicyVersion: Answer
    }
    expect(first).toMatchObject({ Document: JSON.parse(document) as unknown, IsDefaultVersion: false, VersionId: 'v1' })
    await iam('set-default-policy-version', '--policy-arn', arn, '--version-id', 'v1')
    await aws(get('home/bob/letter'), bob)
    expect(await iam('list-entities-for-policy', '--policy-arn', arn)).toMatchObject({
      PolicyGroups: [{ GroupName: 'readers' }],
      PolicyUsers: [],
      PolicyRoles: [],
    })
    expect(await iam('list-policies', '--scope', 'Local', '--only-attached', '--path-prefix', '/s3/')).toMatchObject({
      Policies: [{ PolicyName: 'read', AttachmentCount: 1, DefaultVersionId: 'v1' }],
    })
    expect(await refusal(['iam', 'delete-policy', '--policy-arn', arn])).toContain('(DeleteConflict)')
    await iam('remove-user-from-group', '--group-name', 'readers', '--user-name', 'bob')
    expect(await refusal(get('home/bob/letter'), bob)).toContain('(AccessDenied)')
  })

  it('lets a role be assumed by whom it trusts, until it trusts them no more', async () => {
    const carol = await user('carol')
    const assuming = policy({ Action: 'sts:AssumeRole', Resource: arnOf('role/jobs/*') })
    await iam('put-user-policy', '--user-name', 'carol', '--policy-name', 'jobs', '--policy-document', assuming)
    const trusting = (arn: string): string => policy({ Principal: { AWS: arn }, Action: 'sts:AssumeRole' })
    const { Role: role } = (await iam(
      'create-role',
      '--role-name',
      'nightly',
      '--path',
      '/jobs/',
      '--max-session-duration',
      '7200',
      '--assume-role-policy-document',
      trusting(arnOf('user/carol')),
    )) as { Role: Answer }
    expect(role).toMatchObject({ Arn: arnOf('role/jobs/nightly'), RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/) })
    const reads = policy({ Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` })
    await iam('put-role-policy', '--role-name', 'nightly', '--policy-name', 'read', '--policy-document', reads)
    const assume = ['sts', 'assume-role', '--role-arn', arnOf('role/jobs/nightly'), '--role-session-name', 'monday']
    const { Credentials: keys } = (await aws(assume, carol)) as { Credentials: Record<string, string> }
    const session = {
      accessKeyId: keys['AccessKeyId'] ?? '',
      secretAccessKey: keys['SecretAccessKey'] ?? '',
      sessionToken: keys['SessionToken'] ?? '',
    }
    await aws(get('home/bob/letter'), session)
    expect(await refusal(put('home/bob/letter'), session)).toContain(
      `User: arn:aws:sts::${account.accountId}:assumed-role/nightly/monday is not authorized to perform: s3:PutObject`,
    )
    const document = trusting(arnOf('root'))
    const update = ['update-assume-role-policy', '--role-name', 'nightly', '--policy-document', document]
    await iam(...update)
    const { Role: shown } = (await iam('get-role', '--role-name', 'nightly')) as { Role: Answer }
    expect(shown).toMatchObject({
      AssumeRolePolicyDocument: JSON.parse(document) as unknown,
      MaxSessionDuration: 7200,
      RoleLastUsed: { Region: 'us-east-1', LastUsedDate: expect.any(String) as unknown },
    })
    expect(await refusal(['iam', 'create-role', '--role-name', 'x', '--assume-role-policy-document', '{}'])).toContain(
      '(MalformedPolicyDocument)',
    )
  })

  it('bounds a user who may manage users, so that it makes none who may do more', async () => {
    const boundary = policy({ Action: ['s3:GetObject', 'iam:*'], Resource: '*' })
    const { Policy: made } = (await iam('create-policy', '--policy-name', 'edge', '--policy-document', boundary)) as {
      Policy: Record<string, string>
    }
    const arn = made['Arn'] ?? ''
    const dave = await user('dave', '--permissions-boundary', arn)
    await iam('attach-user-policy', '--user-name', 'dave', '--policy-arn', 'arn:aws:iam::aws:policy/AmazonS3FullAccess')
    await aws(get('home/bob/letter'), dave)
    expect(await refusal(put('home/bob/letter'), dave)).toContain(
      'because no permissions boundary allows the s3:PutObject',
    )
    const makes = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'iam:CreateUser',
        Resource: arnOf('user/made/*'),
        Condition: { StringEquals: { 'iam:PermissionsBoundary': arn } },
      },
    })
    await iam('put-user-policy', '--user-name', 'dave', '--policy-name', 'makes', '--policy-document', makes)
    const create = ['iam', 'create-user', '--path', '/made/', '--user-name', 'erin']
    expect(await refusal(create, dave)).toContain(
      `(AccessDenied) when calling the CreateUser operation: User: ${arnOf('user/dave')} is not authorized to perform: iam:CreateUser on resource: ${arnOf('user/made/erin')} because no identity-based policy allows the iam:CreateUser action`,
    )
    await aws([...create, '--permissions-boundary', arn], dave)
    expect(await refusal(['iam', 'delete-user', '--user-name', 'erin'], dave)).toContain('(AccessDenied)')
  })

  it('tells what a user may do before it does', async () => {
    await user('frank')
    const own = policy({ Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/\${aws:username}/*` })
    await iam('put-user-policy', '--user-name', 'frank', '--policy-name', 'own', '--policy-document', own)
    const simulated = await iam(
      'simulate-principal-policy',
      '--policy-source-arn',
      arnOf('user/frank'),
      '--action-names',
      's3:GetObject',
      's3:PutObject',
      '--resource-arns',
      `arn:aws:s3:::${bucket}/frank/x`,
    )
    expect(simulated).toMatchObject({
      EvaluationResults: [
        { EvalActionName: 's3:GetObject', EvalDecision: 'allowed' },
        { EvalActionName: 's3:PutObject', EvalDecision: 'implicitDeny', MatchedStatements: [] },
      ],
    })
    const custom = await iam(
      'simulate-custom-policy',
      '--policy-input-list',
      policy({ Action: 'iam:*', Resource: '*' }),
      '--action-names',
      'iam:CreateUser',
    )
    expect(custom).toMatchObject({ EvaluationResults: [{ EvalDecision: 'allowed', EvalResourceName: '*' }] })
  })

  it('shows when and for what a key was used', async () => {
    const grace = await user('grace')
    const used = ['get-access-key-last-used', '--access-key-id', grace.accessKeyId]
    expect(await iam(...used)).toEqual({
      UserName: 'grace',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    })
    await aws(['sts', 'get-caller-identity'], grace)
    await expect
      .poll(() => iam(...used))
      .toEqual({
        UserName: 'grace',
        AccessKeyLastUsed: {
          LastUsedDate: expect.any(String) as unknown,
          ServiceName: 'sts',
          Region: 'us-east-1',
        },
      })
  })

  it('pages, by the CLI itself or as it is asked', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'].map((number) => `page-${number}`)
    for (const name of names) await iam('create-group', '--group-name', name, '--path', '/pages/')
    const listing = ['iam', 'list-groups', '--path-prefix', '/pages/', '--query', 'Groups[].GroupName']
    const sorted = names.toSorted()
    expect(await aws([...listing, '--page-size', '2'])).toEqual(sorted)
    const first = (await iam('list-groups', '--path-prefix', '/pages/', '--max-items', '2')) as {
      Groups: unknown[]
      NextToken: string
    }
    expect(first.Groups).toHaveLength(2)
    const rest = ['--path-prefix', '/pages/', '--starting-token', first.NextToken, '--query', 'Groups[].GroupName']
    expect(await iam('list-groups', ...rest)).toEqual(sorted.slice(2))
  })

  it('sums up the account, and names it', async () => {
    const alias = uniqueBucketName('alias')
    await iam('create-account-alias', '--account-alias', alias)
    expect(await iam('list-account-aliases')).toEqual({ AccountAliases: [alias] })
    expect(await iam('get-account-summary')).toMatchObject({
      SummaryMap: { AccessKeysPerUserQuota: 2, UsersQuota: 5000, AttachedPoliciesPerUserQuota: 10 },
    })
    const details = await iam('get-account-authorization-details', '--filter', 'Role', 'LocalManagedPolicy')
    expect(details).toMatchObject({
      UserDetailList: [],
      RoleDetailList: [{ RoleName: 'nightly', RolePolicyList: [{ PolicyName: 'read' }] }],
    })
    await iam('delete-account-alias', '--account-alias', alias)
  })

  it.each([
    [['create-user', '--user-name', 'BOB'], 'EntityAlreadyExists'],
    [['create-instance-profile', '--instance-profile-name', 'x'], 'NotImplemented'],
    [['get-login-profile', '--user-name', 'bob'], 'NoSuchEntity'],
  ])('%j is refused with %s', async (args, code) => {
    expect(await refusal(['iam', ...args])).toContain(`(${code}) when calling`)
  })
})
