import { describe, expect, it } from 'vitest'
import { absentOperations } from '../../../src/s3/operations/absent.ts'
import { contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const byName = (name: string) => absentOperations.find((operation) => operation.name === name)!
const url = (name: string) => {
  const query = Object.keys(byName(name).route.query ?? {}).map((key) => (key === 'id' ? 'id=one' : key))
  return `/photos?${query.join('&')}`
}

// What AWS answers for a bucket nobody configured, and the action that asking needs.
const empty: [name: string, action: string, body: string][] = [
  ['GetBucketAbac', 'GetBucketAbac', 'AbacStatus|<Status>Disabled</Status>'],
  ['GetBucketAccelerateConfiguration', 'GetAccelerateConfiguration', 'AccelerateConfiguration|'],
  ['GetBucketLogging', 'GetBucketLogging', 'BucketLoggingStatus|'],
  ['GetBucketNotificationConfiguration', 'GetBucketNotification', 'NotificationConfiguration|'],
  [
    'ListBucketAnalyticsConfigurations',
    'GetAnalyticsConfiguration',
    'ListBucketAnalyticsConfigurationResult|<IsTruncated>false</IsTruncated>',
  ],
  [
    'ListBucketIntelligentTieringConfigurations',
    'GetIntelligentTieringConfiguration',
    'ListBucketIntelligentTieringConfigurationsOutput|<IsTruncated>false</IsTruncated>',
  ],
  [
    'ListBucketInventoryConfigurations',
    'GetInventoryConfiguration',
    'ListInventoryConfigurationsResult|<IsTruncated>false</IsTruncated>',
  ],
  [
    'ListBucketMetricsConfigurations',
    'GetMetricsConfiguration',
    'ListMetricsConfigurationsResult|<IsTruncated>false</IsTruncated>',
  ],
]

const missing: [name: string, action: string, code: string][] = [
  ['DeleteBucketAnalyticsConfiguration', 'PutAnalyticsConfiguration', 'NoSuchConfiguration'],
  ['DeleteBucketIntelligentTieringConfiguration', 'PutIntelligentTieringConfiguration', 'NoSuchConfiguration'],
  ['DeleteBucketInventoryConfiguration', 'PutInventoryConfiguration', 'NoSuchConfiguration'],
  ['DeleteBucketMetricsConfiguration', 'PutMetricsConfiguration', 'NoSuchConfiguration'],
  ['GetBucketAnalyticsConfiguration', 'GetAnalyticsConfiguration', 'NoSuchConfiguration'],
  ['GetBucketEncryption', 'GetEncryptionConfiguration', 'ServerSideEncryptionConfigurationNotFoundError'],
  ['GetBucketIntelligentTieringConfiguration', 'GetIntelligentTieringConfiguration', 'NoSuchConfiguration'],
  ['GetBucketInventoryConfiguration', 'GetInventoryConfiguration', 'NoSuchConfiguration'],
  ['GetBucketLifecycleConfiguration', 'GetLifecycleConfiguration', 'NoSuchLifecycleConfiguration'],
  ['GetBucketMetricsConfiguration', 'GetMetricsConfiguration', 'NoSuchConfiguration'],
  ['GetBucketReplication', 'GetReplicationConfiguration', 'ReplicationConfigurationNotFoundError'],
  ['GetBucketWebsite', 'GetBucketWebsite', 'NoSuchWebsiteConfiguration'],
]

const deleted: [name: string, action: string][] = [
  ['DeleteBucketEncryption', 'PutEncryptionConfiguration'],
  ['DeleteBucketLifecycle', 'PutLifecycleConfiguration'],
  ['DeleteBucketReplication', 'PutReplicationConfiguration'],
  ['DeleteBucketWebsite', 'DeleteBucketWebsite'],
]

describe('the answers for configurations a bucket cannot have yet', () => {
  it('are all in these tables', () => {
    const named = [...empty, ...missing, ...deleted].map(([name]) => name)
    expect(absentOperations.map(({ name }) => name)).toEqual(named.toSorted())
  })

  it.each(empty)('%s needs s3:%s and answers %s', async (name, action, expected) => {
    expect(permissionsOf(byName(name), url(name))).toEqual([`s3:${action} arn:aws:s3:::photos`])
    const { status, body } = await run(byName(name), url(name), contextWith())
    const [root, content] = expected.split('|')
    expect(status).toBe(200)
    expect(body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        `<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`,
    )
  })

  it.each(missing)('%s needs s3:%s and answers %s', async (name, action, code) => {
    expect(permissionsOf(byName(name), url(name))).toEqual([`s3:${action} arn:aws:s3:::photos`])
    const fields = code === 'NoSuchConfiguration' ? {} : { BucketName: 'photos' }
    await expect(run(byName(name), url(name), contextWith())).rejects.toMatchObject({ code, status: 404, fields })
  })

  it.each(deleted)('%s needs s3:%s and answers 204', async (name, action) => {
    expect(permissionsOf(byName(name), url(name))).toEqual([`s3:${action} arn:aws:s3:::photos`])
    expect(await run(byName(name), url(name), contextWith())).toEqual({ status: 204 })
  })
})
