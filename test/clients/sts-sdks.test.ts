// Roles and web identities as boto3 and the AWS SDK for JavaScript use them: the SDKs fetch and renew credentials themselves.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Credentials } from '../support/address.ts'
import { awsEnvironment, findClient, runCommand } from '../support/clients.ts'
import { startIdentityProvider, type IdentityProvider } from '../support/identity-provider.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { uniqueBucketName } from '../support/shared-server.ts'

const script = path.join(import.meta.dirname, 'sts_checks.py')
const checks = [...readFileSync(script, 'utf8').matchAll(/^def (check_\w+)/gm)].map((match) => match[1] ?? '')
const found = await findClient('boto3')
const reason = 'skip' in found ? found.skip : null
const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-sts-sdks-'))
const bucket = uniqueBucketName('sts-sdks')
const accountId = '000000000000'
const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`

let server: TestServer
let provider: IdentityProvider
let user: Credentials
let tokenFile = ''

/** Calls IAM as the root; gives the text of an element of the answer. */
async function iam(parameters: Record<string, string>): Promise<(element: string) => string> {
  const body = new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await server.fetchSigned('POST', '/', { headers, body })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${parameters['Action']}: ${text}`)
  return (element) => new RegExp(`<${element}>([^<]*)<`).exec(text)?.[1] ?? ''
}

const policy = (statement: Record<string, unknown>) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })

async function role(name: string, trust: string): Promise<void> {
  await iam({ Action: 'CreateRole', RoleName: name, AssumeRolePolicyDocument: trust })
  const document = policy({ Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'], Resource: '*' })
  await iam({ Action: 'PutRolePolicy', RoleName: name, PolicyName: 'own', PolicyDocument: document })
}

beforeAll(async () => {
  server = await startServer({ environment: { EDGESHARD_OIDC_ALLOW_HTTP: 'loopback' } })
  provider = await startIdentityProvider()
  await server.client().send(new CreateBucketCommand({ Bucket: bucket }))
  await iam({ Action: 'CreateUser', UserName: 'alice' })
  const made = await iam({ Action: 'CreateAccessKey', UserName: 'alice' })
  user = { accessKeyId: made('AccessKeyId'), secretAccessKey: made('SecretAccessKey') }
  await role('worker', policy({ Principal: { AWS: `arn:aws:iam::${accountId}:user/alice` }, Action: 'sts:AssumeRole' }))
  const issuer = provider.issuer('ci')
  await iam({ Action: 'CreateOpenIDConnectProvider', Url: issuer.url, 'ClientIDList.member.1': 'sts.amazonaws.com' })
  const federated = { Federated: `arn:aws:iam::${accountId}:oidc-provider/${issuer.host}` }
  await role('web', policy({ Principal: federated, Action: 'sts:AssumeRoleWithWebIdentity' }))
  tokenFile = path.join(folder, 'token')
  writeFileSync(tokenFile, issuer.token())
})

afterAll(async () => {
  await server.stop()
  provider.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(reason !== null)(`boto3 ${reason ?? ''}`, () => {
  let results: Record<string, string | null> = {}

  beforeAll(async () => {
    const command = 'command' in found ? found.command : ''
    const environment = { ...awsEnvironment(server.url, user), PYTHONUTF8: '1', HOME: folder }
    const args = [script, server.url, bucket, roleArn('worker'), roleArn('web'), tokenFile]
    const { code, stdout, stderr } = await runCommand(command, args, { environment })
    if (code !== 0) throw new Error(`sts_checks.py ended with ${code}: ${stderr}`)
    results = JSON.parse(stdout) as Record<string, string | null>
  })

  it.each(checks)('%s', (name) => {
    expect(results[name]).toBe(null)
  })
})

/** Puts and gets an object with whatever credentials the environment leads the SDK to; what it got. */
async function runProgram(environment: Record<string, string>): Promise<string> {
  const program = `
    import { S3Client, PutObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3'
    const s3 = new S3Client({ forcePathStyle: true })
    const place = { Bucket: ${JSON.stringify(bucket)}, Key: 'js' }
    await s3.send(new PutObjectCommand({ ...place, Body: 'from a role' }))
    const { accessKeyId } = await s3.config.credentials()
    console.log(accessKeyId.slice(0, 4), await (await s3.send(new GetObjectCommand(place))).Body.transformToString())`
  const base: Record<string, string> = { ...awsEnvironment(server.url, user), HOME: folder }
  delete base['AWS_ACCESS_KEY_ID']
  delete base['AWS_SECRET_ACCESS_KEY']
  const args = ['--input-type=module', '--eval', program]
  const { code, stdout, stderr } = await runCommand(process.execPath, args, {
    environment: { ...base, ...environment },
  })
  if (code !== 0) throw new Error(stderr)
  return stdout.trim()
}

describe('the AWS SDK for JavaScript', () => {
  it('assumes the role of a profile', async () => {
    const config = path.join(folder, 'config')
    const lines = [
      '[profile base]',
      `aws_access_key_id = ${user.accessKeyId}`,
      `aws_secret_access_key = ${user.secretAccessKey}`,
      '[profile worker]',
      `role_arn = ${roleArn('worker')}`,
      'source_profile = base',
    ]
    writeFileSync(config, lines.join('\n'))
    expect(await runProgram({ AWS_CONFIG_FILE: config, AWS_PROFILE: 'worker' })).toBe('ASIA from a role')
  })

  it('takes a web identity from a file', async () => {
    expect(await runProgram({ AWS_ROLE_ARN: roleArn('web'), AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile })).toBe(
      'ASIA from a role',
    )
  })
})
