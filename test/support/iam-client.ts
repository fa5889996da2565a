// IAM as tests need it: users with keys and one inline policy each, by the Query protocol signed for `iam`.
import { createHash } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from './endpoint.ts'
import type { Address, Credentials } from './address.ts'

export interface TestUser extends Credentials {
  name: string
  arn: string
  /** Replaces the user's policy by one of these statements; seen at once, for the server is one isolate. */
  allow(statements: object[]): Promise<void>
}

export interface IamClient {
  /** The XML of an action's answer; throws for an error. */
  call(action: string, parameters?: Record<string, string>): Promise<string>
  /** A new user with an access key. */
  user(name: string): Promise<TestUser>
}

export function iamClient({ url }: Pick<Address, 'url'>, credentials: Credentials): IamClient {
  const client: IamClient = {
    async call(action, parameters = {}) {
      const response = await callQuery(
        url,
        { service: 'iam', credentials },
        { Action: action, Version: '2010-05-08', ...parameters },
      )
      const text = await response.text()
      if (!response.ok) throw new Error(`${action} failed: ${response.status} ${text}`)
      return text
    },
    async user(name) {
      const created = await client.call('CreateUser', { UserName: name })
      const keyText = await client.call('CreateAccessKey', { UserName: name })
      return {
        name,
        arn: elementOf(created, 'Arn'),
        accessKeyId: elementOf(keyText, 'AccessKeyId'),
        secretAccessKey: elementOf(keyText, 'SecretAccessKey'),
        async allow(statements) {
          const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements })
          await client.call('PutUserPolicy', { UserName: name, PolicyName: 'test', PolicyDocument })
        },
      }
    },
  }
  return client
}

/** One request of the Query protocol, signed by Smithy. */
export async function callQuery(
  url: string,
  { service, credentials }: { service: 'iam' | 'sts'; credentials: Credentials & { sessionToken?: string } },
  parameters: Record<string, string>,
  more: Record<string, string> = {},
): Promise<Response> {
  const { protocol, hostname, port, host } = new URL(url)
  const body = new URLSearchParams(parameters).toString()
  const signer = new SignatureV4({ service, region: 'us-east-1', credentials, sha256: Sha256 })
  const { headers } = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    port: Number(port),
    path: '/',
    query: {},
    headers: {
      ...more,
      host,
      'content-type': 'application/x-www-form-urlencoded',
      'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
    },
    body,
  })
  const { host: _host, ...rest } = headers
  return fetch(url, { method: 'POST', headers: rest, body })
}

export function elementOf(xml: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  if (found === undefined) throw new Error(`No ${name} in ${xml}`)
  return found
}
