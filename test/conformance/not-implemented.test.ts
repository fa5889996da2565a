// What is not there says so, by name; and what AWS answers for a bucket that has none of a configuration, this answers.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, errorElements } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { requestsTo } from './aws-requests.ts'
import { NOT_IMPLEMENTED } from './known-gaps.ts'

const server = sharedServer()
const Bucket = uniqueBucketName('gaps')
const requests = requestsTo({ bucket: Bucket, key: 'key', uploadId: '' })

beforeAll(async () => {
  await server.client().send(new CreateBucketCommand({ Bucket }))
  await server.fetchSigned('PUT', `/${Bucket}/key`, { body: 'x' })
})

describe('each known gap', () => {
  it.each(NOT_IMPLEMENTED)('$name answers 501 and names itself', async ({ name }) => {
    const request = requests.find((one) => one.name === name)
    if (request === undefined) throw new Error(`There is no request of ${name}`)
    const response = await server.fetchSigned(request.method, request.path, request)
    expect(response.status).toBe(501)
    expect(errorElements(await response.text())?.slice(0, 2)).toEqual([
      ['Code', 'NotImplemented'],
      ['Message', `The operation ${name} is not implemented`],
    ])
  })
})

describe('encryption', () => {
  it.each([
    { 'x-amz-server-side-encryption': 'aws:kms' },
    { 'x-amz-server-side-encryption': 'aws:kms:dsse' },
    { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
    { 'x-amz-server-side-encryption-aws-kms-key-id': 'key' },
  ])('asked for by %j is refused, not left out', async (headers) => {
    const response = await server.fetchSigned('PUT', `/${Bucket}/encrypted`, { body: 'x', headers })
    expect(await codeOf(response)).toBe('501 NotImplemented')
    expect((await server.fetchSigned('GET', `/${Bucket}/encrypted`)).status).toBe(404)
  })
})

describe('headers clients send by habit', () => {
  it.each([
    { 'x-amz-acl': 'private' },
    { 'x-amz-acl': 'bucket-owner-full-control' },
    { 'x-amz-acl': '' },
    { 'x-amz-storage-class': 'STANDARD' },
    { 'x-amz-storage-class': '' },
    { 'x-amz-tagging': '' },
    { 'x-amz-request-payer': 'requester' },
    { 'x-amz-expected-bucket-owner': '000000000000' },
    { 'x-amz-sdk-checksum-algorithm': '' },
    { 'x-amz-website-redirect-location': '/elsewhere' },
    { 'content-encoding': '' },
    { 'amz-sdk-invocation-id': 'x', 'amz-sdk-request': 'attempt=1' },
  ])('%j do no harm', async (headers) => {
    expect(await codeOf(server.fetchSigned('PUT', `/${Bucket}/habit`, { body: 'x', headers }))).toBe('200')
  })
})

const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

/** [sub-resource of the bucket, status, the error's code or the document]. */
const absent: [query: string, status: number, answer: string | RegExp][] = [
  ['policy', 404, 'NoSuchBucketPolicy'],
  ['lifecycle', 404, 'NoSuchLifecycleConfiguration'],
  ['cors', 404, 'NoSuchCORSConfiguration'],
  ['tagging', 404, 'NoSuchTagSet'],
  ['website', 404, 'NoSuchWebsiteConfiguration'],
  ['replication', 404, 'ReplicationConfigurationNotFoundError'],
  ['object-lock', 404, 'ObjectLockConfigurationNotFoundError'],
  ['encryption', 404, 'ServerSideEncryptionConfigurationNotFoundError'],
  ['publicAccessBlock', 404, 'NoSuchPublicAccessBlockConfiguration'],
  ['ownershipControls', 404, 'OwnershipControlsNotFoundError'],
  ['versioning', 200, `<VersioningConfiguration ${namespace}></VersioningConfiguration>`],
  ['accelerate', 200, `<AccelerateConfiguration ${namespace}></AccelerateConfiguration>`],
  ['logging', 200, `<BucketLoggingStatus ${namespace}></BucketLoggingStatus>`],
  ['notification', 200, `<NotificationConfiguration ${namespace}></NotificationConfiguration>`],
  [
    'requestPayment',
    200,
    `<RequestPaymentConfiguration ${namespace}><Payer>BucketOwner</Payer></RequestPaymentConfiguration>`,
  ],
  ['acl', 200, /<AccessControlPolicy .*<Permission>FULL_CONTROL<\/Permission>/],
  ['policyStatus', 200, `<PolicyStatus ${namespace}><IsPublic>false</IsPublic></PolicyStatus>`],
  ['location', 200, `<LocationConstraint ${namespace}></LocationConstraint>`],
  ['analytics', 200, /<ListBucketAnalyticsConfigurationResult .*<IsTruncated>false</],
  ['inventory', 200, /<ListInventoryConfigurationsResult .*<IsTruncated>false</],
  ['metrics', 200, /<ListMetricsConfigurationsResult .*<IsTruncated>false</],
  ['intelligent-tiering', 200, /<ListBucketIntelligentTieringConfigurationsOutput .*<IsTruncated>false</],
  ['uploads', 200, /<ListMultipartUploadsResult /],
]

describe('a configuration a bucket does not have', () => {
  it.each(absent)('%s: %i %s', async (name, status, answer) => {
    const response = await server.fetchSigned('GET', `/${Bucket}`, { query: { [name]: '' } })
    const text = await response.text()
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/xml'])
    if (status === 404) expect(new Map(errorElements(text)).get('Code')).toBe(answer)
    else if (answer instanceof RegExp) expect(text).toMatch(answer)
    else expect(text.replace(/^<\?xml[^>]*\?>\s*/, '')).toBe(answer)
  })

  it.each(['policy', 'lifecycle', 'cors', 'tagging', 'website', 'replication', 'encryption', 'publicAccessBlock'])(
    '%s is deleted without complaint, and the bucket stays',
    async (name) => {
      expect((await server.fetchSigned('DELETE', `/${Bucket}`, { query: { [name]: '' } })).status).toBe(204)
      expect((await server.fetchSigned('HEAD', `/${Bucket}`)).status).toBe(200)
    },
  )

  it.each([
    ['retention', '400 InvalidRequest'],
    ['legal-hold', '400 InvalidRequest'],
    ['torrent', '404 NoSuchKey'],
    ['tagging', '200'],
    ['acl', '200'],
  ])('%s of an object: %s', async (name, code) => {
    expect(await codeOf(server.fetchSigned('GET', `/${Bucket}/key`, { query: { [name]: '' } }))).toBe(code)
  })
})
