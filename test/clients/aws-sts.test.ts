// Temporary credentials as people get them with the AWS CLI: roles, profiles, session policies, web identities.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awsEnvironment, findClient, runCommand } from '../support/clients.ts'
import type { CommandResult } from '../support/clients.ts'
import { startIdentityProvider, type IdentityProvider } from '../support/identity-provider.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { uniqueBucketName } from '../support/shared-server.ts'

const found = await findClient('aws')
const reason = 'skip' in found ? found.skip : null
const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-sts-'))
const accountId = '000000000000'
const bucket = uniqueBucketName('sts')

let server: TestServer
let provider: IdentityProvider
/** Environment of a user who may do nothing but assume roles. */
let user: Record<string, string> = {}

// Where the CLI keeps credentials of roles from one call to the next.
const cacheFolder = { HOME: folder }

/** Runs the CLI as the root, or with another environment. */
function run(args: string[], environment: Record<string, string> = {}): Promise<CommandResult> {
  const command = 'command' in found ? found.command : ''
  return runCommand(command, args, {
    environment: { ...awsEnvironment(server.url, server), ...cacheFolder, ...environment },
  })
}

/** What a call that must succeed answered. */
async function aws(args: string[], environment: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run(args, environment)
  if (code !== 0) throw new Error(`aws ${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout.trim().startsWith('{') ? (JSON.parse(stdout) as Record<string, unknown>) : { text: stdout }
}

/** The environment of temporary credentials that a call answered. */
function environmentOf(answer: Record<string, unknown>): Record<string, string> {
  const credentials = answer['Credentials'] as Record<string, string>
  return {
    AWS_ACCESS_KEY_ID: credentials['AccessKeyId'] ?? '',
    AWS_SECRET_ACCESS_KEY: credentials['SecretAccessKey'] ?? '',
    AWS_SESSION_TOKEN: credentials['SessionToken'] ?? '',
  }
}

function file(name: string, content: string): string {
  const written = path.join(folder, name)
  writeFileSync(written, content)
  return written
}

const policy = (statement: Record<string, unknown>) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })

const readAll = policy({ Action: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'], Resource: '*' })

/** A role that anybody of the account may assume whom its own policy lets; its ARN. */
async function role(name: string, trust: string, more: string[] = []): Promise<string> {
  await aws(['iam', 'create-role', '--role-name', name, '--assume-role-policy-document', trust, ...more])
  await aws(['iam', 'put-role-policy', '--role-name', name, '--policy-name', 'own', '--policy-document', readAll])
  return `arn:aws:iam::${accountId}:role/${name}`
}

const ofAccount = (condition: Record<string, unknown> = {}) =>
  policy({ Principal: { AWS: accountId }, Action: ['sts:AssumeRole', 'sts:TagSession'], Condition: condition })

const assume = (arn: string, ...more: string[]) => [
  'sts',
  'assume-role',
  '--role-arn',
  arn,
  '--role-session-name',
  'job-7',
  ...more,
]

describe.skipIf(reason !== null)(`aws sts ${reason ?? ''}`, () => {
  beforeAll(async () => {
    server = await startServer({ environment: { EDGESHARD_OIDC_ALLOW_HTTP: 'loopback' } })
    provider = await startIdentityProvider()
    await aws(['s3', 'mb', `s3://${bucket}`])
    await aws(['s3', 'cp', '--quiet', file('hello', 'hello'), `s3://${bucket}/public/hello`])
    await aws(['s3', 'cp', '--quiet', file('secret', 'secret'), `s3://${bucket}/private/secret`])
    await aws(['iam', 'create-user', '--user-name', 'alice'])
    const mayAssume = policy({ Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:GetFederationToken'], Resource: '*' })
    await aws([
      'iam',
      'put-user-policy',
      '--user-name',
      'alice',
      '--policy-name',
      'own',
      '--policy-document',
      mayAssume,
    ])
    const { AccessKey: key } = (await aws(['iam', 'create-access-key', '--user-name', 'alice'])) as {
      AccessKey: Record<string, string>
    }
    user = { AWS_ACCESS_KEY_ID: key['AccessKeyId'] ?? '', AWS_SECRET_ACCESS_KEY: key['SecretAccessKey'] ?? '' }
  })

  afterAll(async () => {
    await server.stop()
    provider.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('tells who asks', async () => {
    expect(await aws(['sts', 'get-caller-identity'])).toEqual({
      UserId: accountId,
      Account: accountId,
      Arn: `arn:aws:iam::${accountId}:root`,
    })
    expect(await aws(['sts', 'get-caller-identity'], user)).toMatchObject({
      Arn: `arn:aws:iam::${accountId}:user/alice`,
    })
  })

  it('assumes a role, and works with its credentials', async () => {
    const arn = await role('reader', ofAccount())
    expect((await run(['s3', 'ls', `s3://${bucket}/`], user)).stderr).toContain('AccessDenied')
    const answer = await aws(assume(arn, '--duration-seconds', '900'), user)
    const session = environmentOf(answer)
    expect(session['AWS_ACCESS_KEY_ID']).toMatch(/^ASIA/)
    expect(await aws(['sts', 'get-caller-identity'], session)).toMatchObject({
      Arn: `arn:aws:sts::${accountId}:assumed-role/reader/job-7`,
    })
    expect((await aws(['s3', 'ls', `s3://${bucket}/public/`], session))['text']).toContain('hello')
    await aws(['s3', 'cp', '--quiet', `s3://${bucket}/public/hello`, path.join(folder, 'back')], session)
    expect(readFileSync(path.join(folder, 'back'), 'utf8')).toBe('hello')
    const removed = await run(['s3api', 'delete-object', '--bucket', bucket, '--key', 'public/hello'], session)
    expect(removed.stderr).toContain('AccessDenied')
    // In a region that never had signature version 2.
    const presign = ['s3', 'presign', '--region', 'eu-central-1', `s3://${bucket}/public/hello`]
    const url = String((await aws(presign, session))['text']).trim()
    expect(await (await fetch(url)).text()).toBe('hello')
  })

  it('assumes the role of a profile by itself', async () => {
    const arn = await role('profiled', ofAccount({ StringEquals: { 'sts:ExternalId': 'unique-7' } }))
    const config = file(
      'config',
      [
        '[profile base]',
        `aws_access_key_id = ${user['AWS_ACCESS_KEY_ID']}`,
        `aws_secret_access_key = ${user['AWS_SECRET_ACCESS_KEY']}`,
        'region = us-east-1',
        '[profile reader]',
        `role_arn = ${arn}`,
        'source_profile = base',
        'external_id = unique-7',
        'role_session_name = from-profile',
        'region = us-east-1',
      ].join('\n'),
    )
    const profile = {
      AWS_CONFIG_FILE: config,
      AWS_PROFILE: 'reader',
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
    }
    expect(await aws(['sts', 'get-caller-identity'], profile)).toMatchObject({
      Arn: `arn:aws:sts::${accountId}:assumed-role/profiled/from-profile`,
    })
    expect((await aws(['s3', 'ls', `s3://${bucket}/public/`], profile))['text']).toContain('hello')
    expect((await run(assume(arn), user)).stderr).toContain(
      `(AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::${accountId}:user/alice is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    )
  })

  it('bounds a session by policies, and says how much room they take', async () => {
    const arn = await role('bounded', ofAccount())
    const bound = policy({ Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/public/*` })
    const answer = await aws(assume(arn, '--policy', bound), user)
    expect(answer['PackedPolicySize']).toBeGreaterThan(0)
    const session = environmentOf(answer)
    const get = (key: string) => ['s3api', 'get-object', '--bucket', bucket, '--key', key, path.join(folder, 'got')]
    await aws(get('public/hello'), session)
    expect((await run(get('private/secret'), session)).stderr).toContain('AccessDenied')
    expect((await run(['s3', 'ls', `s3://${bucket}/`], session)).stderr).toContain('AccessDenied')
    const readonly = await aws(assume(arn, '--policy-arns', 'arn=arn:aws:iam::aws:policy/readonly'), user)
    await aws(get('private/secret'), environmentOf(readonly))
    const put = ['s3api', 'put-object', '--bucket', bucket, '--key', 'new', '--body', path.join(folder, 'hello')]
    expect((await run(put, environmentOf(readonly))).stderr).toContain('AccessDenied')
    expect((await run(assume(arn, '--policy', '{"Version":"2012-10-17"}'), user)).stderr).toContain(
      '(MalformedPolicyDocument)',
    )
  })

  it('tags a session, and lets its policies ask for the tags', async () => {
    const arn = await role('tagged', ofAccount())
    const byTeam = policy({ Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/\${aws:PrincipalTag/team}/*` })
    await aws(['iam', 'put-role-policy', '--role-name', 'tagged', '--policy-name', 'own', '--policy-document', byTeam])
    const session = environmentOf(await aws(assume(arn, '--tags', 'Key=team,Value=private'), user))
    const get = (key: string) => ['s3api', 'get-object', '--bucket', bucket, '--key', key, path.join(folder, 'got')]
    await aws(get('private/secret'), session)
    expect((await run(get('public/hello'), session)).stderr).toContain('AccessDenied')
  })

  it('makes sessions of users and of federated users', async () => {
    const session = environmentOf(await aws(['sts', 'get-session-token', '--duration-seconds', '900'], user))
    expect(await aws(['sts', 'get-caller-identity'], session)).toMatchObject({
      Arn: `arn:aws:iam::${accountId}:user/alice`,
    })
    expect((await run(['sts', 'get-session-token'], session)).stderr).toContain(
      '(AccessDenied) when calling the GetSessionToken operation: Cannot call GetSessionToken with session credentials',
    )
    const bound = policy({ Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/public/*` })
    const federated = await aws(['sts', 'get-federation-token', '--name', 'mobile', '--policy', bound])
    expect(federated['FederatedUser']).toEqual({
      FederatedUserId: `${accountId}:mobile`,
      Arn: `arn:aws:sts::${accountId}:federated-user/mobile`,
    })
    const get = (key: string) => ['s3api', 'get-object', '--bucket', bucket, '--key', key, path.join(folder, 'got')]
    await aws(get('public/hello'), environmentOf(federated))
    expect((await run(get('private/secret'), environmentOf(federated))).stderr).toContain('AccessDenied')
    const without = environmentOf(await aws(['sts', 'get-federation-token', '--name', 'mobile']))
    expect((await run(get('public/hello'), without)).stderr).toContain('AccessDenied')
  })

  it('tells whose a key is, and decodes nothing', async () => {
    const id = user['AWS_ACCESS_KEY_ID'] ?? ''
    expect(await aws(['sts', 'get-access-key-info', '--access-key-id', id])).toEqual({ Account: accountId })
    const decode = ['sts', 'decode-authorization-message', '--encoded-message', 'AAAA']
    expect((await run(decode)).stderr).toContain('(InvalidAuthorizationMessageException)')
  })

  it('takes web identities, given or in a file that a profile names', async () => {
    const issuer = provider.issuer('github')
    await aws(['iam', 'create-open-id-connect-provider', '--url', issuer.url, '--client-id-list', 'sts.amazonaws.com'])
    const arn = await role(
      'deployer',
      policy({
        Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${issuer.host}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${issuer.host}:aud`]: 'sts.amazonaws.com' },
          StringLike: { [`${issuer.host}:sub`]: 'repo:octo/app:*' },
        },
      }),
    )
    const asked = ['sts', 'assume-role-with-web-identity', '--role-arn', arn, '--role-session-name', 'run-1']
    const answer = await aws([...asked, '--web-identity-token', issuer.token()])
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'repo:octo/app:ref:refs/heads/main',
      Audience: 'sts.amazonaws.com',
      Provider: issuer.url,
    })
    expect((await aws(['s3', 'ls', `s3://${bucket}/public/`], environmentOf(answer)))['text']).toContain('hello')
    const other = await run([...asked, '--web-identity-token', issuer.token({ sub: 'repo:octo/other:x' })])
    expect(other.stderr).toContain('(AccessDenied) when calling the AssumeRoleWithWebIdentity operation')
    const over = await run([...asked, '--web-identity-token', issuer.token({ exp: 1 })])
    expect(over.stderr).toContain(
      '(ExpiredTokenException) when calling the AssumeRoleWithWebIdentity operation: Token expired',
    )
    const runner = {
      AWS_ROLE_ARN: arn,
      AWS_WEB_IDENTITY_TOKEN_FILE: file('token', issuer.token()),
      AWS_ROLE_SESSION_NAME: 'from-file',
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
    }
    expect(await aws(['sts', 'get-caller-identity'], runner)).toMatchObject({
      Arn: `arn:aws:sts::${accountId}:assumed-role/deployer/from-file`,
    })
    expect((await aws(['s3', 'ls', `s3://${bucket}/public/`], runner))['text']).toContain('hello')
  })

  it('ends with its role', async () => {
    const arn = await role('leaving', ofAccount())
    const session = environmentOf(await aws(assume(arn), user))
    await aws(['s3', 'ls', `s3://${bucket}/`], session)
    await aws(['iam', 'delete-role-policy', '--role-name', 'leaving', '--policy-name', 'own'])
    await aws(['iam', 'delete-role', '--role-name', 'leaving'])
    expect((await run(['s3', 'ls', `s3://${bucket}/`], session)).stderr).toContain('AccessDenied')
    expect((await run(assume(arn), user)).stderr).toContain('(AccessDenied)')
  })
})
