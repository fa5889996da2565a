import { describe, expect, it } from 'vitest'
import { checkPolicyOwner, readBucketPolicy, storedPolicy } from '../../src/s3/bucket-policy.ts'
import { bucketRecord, contextWith } from '../support/bucket-store.ts'
import { stranger } from '../support/operation-call.ts'
import type { S3Error } from '../../src/errors.ts'

const statement = (facts: Record<string, unknown> = {}) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::photos/*',
  ...facts,
})
const policy = (...statements: unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })

/** A policy of so many bytes in UTF-8. */
const ofBytes = (bytes: number) => {
  const short = policy(statement({ Sid: 'é' }))
  return short.replace('é', `é${'x'.repeat(bytes - Buffer.byteLength(short))}`)
}

function refusal(text: string): string {
  try {
    readBucketPolicy(text, 'photos')
    return ''
  } catch (error) {
    const { code, message } = error as S3Error
    return `${code}: ${message}`
  }
}

describe('readBucketPolicy()', () => {
  it('compiles a policy of the bucket', () => {
    expect(readBucketPolicy(policy(statement()), 'photos').statements.length).toBe(1)
  })

  it.each([
    ['', 'MissingRequestBodyError: Request Body is empty'],
    ['[]', "MalformedPolicy: Policies must be valid JSON and the first byte must be '{'"],
    ['{', 'MalformedPolicy: This policy contains invalid Json'],
    [policy(statement({ Resource: 'arn:aws:s3:::other/*' })), 'MalformedPolicy: Policy has invalid resource'],
    [policy(statement({ Principal: { AWS: 'nobody' } })), 'MalformedPolicy: Invalid principal in policy'],
    [policy(statement({ Action: 's3:Fly' })), 'MalformedPolicy: Policy has invalid action'],
    [
      policy(statement({ Resource: 'arn:aws:s3:::photos' })),
      'MalformedPolicy: Action does not apply to any resource(s) in statement',
    ],
  ])('refuses %j', (text, expected) => {
    expect(refusal(text)).toBe(expected)
  })

  it('takes 20 KiB in UTF-8 and no more', () => {
    expect(Buffer.byteLength(ofBytes(20_480))).toBe(20_480)
    expect(refusal(ofBytes(20_480))).toBe('')
    expect(refusal(ofBytes(20_481))).toBe('MalformedPolicy: Policy exceeds the maximum allowed document size.')
  })
})

describe('checkPolicyOwner()', () => {
  it("lets the bucket's account and nobody else", () => {
    expect(() => checkPolicyOwner(contextWith(), 'PUT')).not.toThrow()
    for (const identity of [stranger, { kind: 'anonymous' as const }]) {
      expect(() => checkPolicyOwner(contextWith({}, { identity }), 'PUT')).toThrow(
        expect.objectContaining({
          code: 'MethodNotAllowed',
          status: 405,
          fields: { Method: 'PUT', ResourceType: 'BUCKETPOLICY' },
        }),
      )
    }
  })
})

it('storedPolicy() is the text, or NoSuchBucketPolicy', () => {
  expect(storedPolicy(bucketRecord({ configs: { policy: ' {} ' } }))).toBe(' {} ')
  expect(() => storedPolicy(bucketRecord())).toThrow(
    expect.objectContaining({ code: 'NoSuchBucketPolicy', fields: { BucketName: 'photos' } }),
  )
})
