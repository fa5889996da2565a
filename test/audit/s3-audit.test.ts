// Which S3 requests leave a record, and what of them it keeps.
import { describe, expect, it } from 'vitest'
import { auditExchange } from '../../src/audit/s3-audit.ts'
import { denialOf } from '../../src/audit/denial.ts'
import { S3Error, type S3ErrorCode } from '../../src/errors.ts'
import { begin } from '../../src/exchange.ts'
import { OPERATIONS } from '../../src/s3/operations.ts'
import { AWS_OPERATIONS } from '../conformance/aws-operations.ts'
import type { AuditFacts } from '../../src/audit/audit-record.ts'
import type { AuditTrail } from '../../src/audit/audit-trail.ts'

type Facts = Omit<AuditFacts, 'clientIpHeader'>

interface Asked {
  url?: string
  headers?: Record<string, string>
  operation?: string
  error?: S3ErrorCode
  /** Default: somebody signed. */
  isUnverified?: boolean
  /** Fields of a form upload to the bucket. */
  form?: Record<string, string>
}

function recorded(method: string, asked: Asked = {}): Facts | null {
  const written: Facts[] = []
  const trail: AuditTrail = {
    concerns: (_, answered, isMutating) => isMutating || denialOf(answered) !== null,
    write: (facts) => void written.push(facts),
  }
  const request = new Request(`http://127.0.0.1${asked.url ?? '/b/k'}`, { method, headers: asked.headers ?? {} })
  const exchange = begin(request)
  exchange.address = { level: 'object', bucket: 'b', key: 'k' }
  const form = asked.form === undefined ? undefined : { fields: new Map(Object.entries(asked.form)) }
  if (form !== undefined) exchange.address = { level: 'bucket', bucket: 'b' }
  if (asked.isUnverified !== true) exchange.authenticated = { identity: { kind: 'anonymous' }, form } as never
  if (asked.error !== undefined) exchange.error = new S3Error(asked.error)
  exchange.operation = OPERATIONS.find(({ name }) => name === asked.operation) ?? null
  auditExchange(exchange, new Response(null, { headers: { 'x-amz-version-id': 'made' } }), trail)
  return written[0] ?? null
}

describe('auditExchange()', () => {
  const changing = new Set(['PUT', 'POST', 'DELETE'])

  it.each(AWS_OPERATIONS.filter(([name]) => name !== 'SelectObjectContent'))(
    '%s is recorded if it changes something',
    (operation, method) => {
      expect(recorded(method, { operation }) !== null).toBe(changing.has(method))
    },
  )

  it.each<[string, Asked, boolean]>([
    ['GET', { error: 'AccessDenied' }, true],
    ['GET', { error: 'NoSuchKey' }, false],
    ['GET', { error: 'InternalError', isUnverified: true }, false],
    ['GET', { error: 'InvalidArgument', isUnverified: true }, true],
    ['OPTIONS', { error: 'AccessForbidden', isUnverified: true }, false],
  ])('%s with %j: %s', (method, asked, expected) => {
    expect(recorded(method, asked) !== null).toBe(expected)
  })

  it('keeps what a request was about', () => {
    const url = '/b/k?uploadId=u&partNumber=3&versionId=v&other=x'
    const headers = { 'x-amz-copy-source': '/from/here', 'if-match': '"e"' }
    expect(recorded('PUT', { url, headers })).toMatchObject({
      versionId: 'v',
      parameters: { uploadId: 'u', partNumber: '3', 'x-amz-copy-source': '/from/here', 'if-match': '"e"' },
    })
    expect(recorded('PUT')).toMatchObject({ versionId: 'made', parameters: {} })
  })

  it('keeps no secret, signature, metadata or query that is none of these', () => {
    const url =
      '/b/k?X-Amz-Signature=S1&X-Amz-Security-Token=S2&AWSAccessKeyId=a&Signature=S3&x-amz-server-side-encryption-customer-key=S4&x-amz-acl=private&token=S5'
    const headers = {
      authorization: 'AWS4-HMAC-SHA256 Credential=a/b, Signature=S6',
      'x-amz-security-token': 'S7',
      'x-amz-server-side-encryption-customer-key': 'S8',
      'x-amz-copy-source-server-side-encryption-customer-key': 'S9',
      'x-amz-meta-private': 'S10',
      cookie: 'S11',
    }
    // A header that a presigned URL carries counts.
    expect(recorded('PUT', { url, headers })?.parameters).toEqual({ 'x-amz-acl': 'private' })
  })

  it('keeps what it can of a query that cannot be read', () => {
    expect(recorded('PUT', { url: '/b/k?versionId=%ff', headers: { 'x-amz-acl': 'private' } })).not.toBeNull()
  })

  it('takes the fields of a form for headers', () => {
    const form = {
      key: 'posted',
      acl: 'public-read',
      policy: 'S1',
      'x-amz-signature': 'S2',
      'x-amz-security-token': 'S3',
      'x-amz-server-side-encryption-customer-key': 'S4',
      'x-amz-storage-class': 'STANDARD',
    }
    const headers = { 'x-amz-acl': 'private', 'x-amz-storage-class': 'GLACIER', 'content-length': '5' }
    expect(recorded('POST', { url: '/b', form, headers })).toMatchObject({ bucket: 'b', key: 'posted' })
    expect(recorded('POST', { url: '/b', form, headers })?.parameters).toEqual({
      'content-length': '5',
      'x-amz-acl': 'public-read',
      'x-amz-storage-class': 'STANDARD',
    })
    const broken = recorded('POST', { url: '/b', form: { key: 'posted', 'x-amz-acl': 'a\nb' }, headers })
    expect(broken?.parameters).toMatchObject({ 'content-length': '5' })
  })
})
