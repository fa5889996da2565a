/**
 * The operations on configurations a bucket cannot have yet: each is one constant answer, the one AWS gives for a bucket
 * that has none. Terraform, s3cmd, mc and the consoles ask for all of these and take 501 for a broken server.
 * An operation moves to a file of its own as soon as its answer depends on anything.
 */
import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { element, xmlDocument } from '../xml.ts'
import type { S3ErrorCode } from '../../errors.ts'
import type { Operation } from '../operation.ts'
import type { Xml } from '../xml.ts'

/** A document, an error about the bucket, an error about one of its named configurations, or nothing to delete. */
type Answer =
  | { kind: 'document'; root: string; content: Xml[] }
  | { kind: 'error'; code: S3ErrorCode }
  | { kind: 'no-such-id' }
  | { kind: 'deleted' }

interface Absent {
  name: string
  method: 'GET' | 'DELETE'
  /** The sub-resource. */
  parameter: string
  /** After `s3:`. */
  action: string
  answer: Answer
}

function document(root: string, content: Xml[] = []): Answer {
  return { kind: 'document', root, content }
}

function missing(code: S3ErrorCode): Answer {
  return { kind: 'error', code }
}

const deleted: Answer = { kind: 'deleted' }
const noSuchId: Answer = { kind: 'no-such-id' }
const emptyList = [element('IsTruncated', false)]

/** [name, method, sub-resource, action, answer], in AWS's alphabetical order. */
const rows: [string, 'GET' | 'DELETE', string, string, Answer][] = [
  ['DeleteBucketAnalyticsConfiguration', 'DELETE', 'analytics', 'PutAnalyticsConfiguration', noSuchId],
  ['DeleteBucketEncryption', 'DELETE', 'encryption', 'PutEncryptionConfiguration', deleted],
  [
    'DeleteBucketIntelligentTieringConfiguration',
    'DELETE',
    'intelligent-tiering',
    'PutIntelligentTieringConfiguration',
    noSuchId,
  ],
  ['DeleteBucketInventoryConfiguration', 'DELETE', 'inventory', 'PutInventoryConfiguration', noSuchId],
  ['DeleteBucketLifecycle', 'DELETE', 'lifecycle', 'PutLifecycleConfiguration', deleted],
  ['DeleteBucketMetricsConfiguration', 'DELETE', 'metrics', 'PutMetricsConfiguration', noSuchId],
  ['DeleteBucketReplication', 'DELETE', 'replication', 'PutReplicationConfiguration', deleted],
  ['DeleteBucketWebsite', 'DELETE', 'website', 'DeleteBucketWebsite', deleted],
  ['GetBucketAbac', 'GET', 'abac', 'GetBucketAbac', document('AbacStatus', [element('Status', 'Disabled')])],
  [
    'GetBucketAccelerateConfiguration',
    'GET',
    'accelerate',
    'GetAccelerateConfiguration',
    document('AccelerateConfiguration'),
  ],
  ['GetBucketAnalyticsConfiguration', 'GET', 'analytics', 'GetAnalyticsConfiguration', noSuchId],
  [
    'GetBucketEncryption',
    'GET',
    'encryption',
    'GetEncryptionConfiguration',
    missing('ServerSideEncryptionConfigurationNotFoundError'),
  ],
  [
    'GetBucketIntelligentTieringConfiguration',
    'GET',
    'intelligent-tiering',
    'GetIntelligentTieringConfiguration',
    noSuchId,
  ],
  ['GetBucketInventoryConfiguration', 'GET', 'inventory', 'GetInventoryConfiguration', noSuchId],
  [
    'GetBucketLifecycleConfiguration',
    'GET',
    'lifecycle',
    'GetLifecycleConfiguration',
    missing('NoSuchLifecycleConfiguration'),
  ],
  ['GetBucketLogging', 'GET', 'logging', 'GetBucketLogging', document('BucketLoggingStatus')],
  ['GetBucketMetricsConfiguration', 'GET', 'metrics', 'GetMetricsConfiguration', noSuchId],
  [
    'GetBucketNotificationConfiguration',
    'GET',
    'notification',
    'GetBucketNotification',
    document('NotificationConfiguration'),
  ],
  [
    'GetBucketReplication',
    'GET',
    'replication',
    'GetReplicationConfiguration',
    missing('ReplicationConfigurationNotFoundError'),
  ],
  ['GetBucketWebsite', 'GET', 'website', 'GetBucketWebsite', missing('NoSuchWebsiteConfiguration')],
  [
    'ListBucketAnalyticsConfigurations',
    'GET',
    'analytics',
    'GetAnalyticsConfiguration',
    document('ListBucketAnalyticsConfigurationResult', emptyList),
  ],
  [
    'ListBucketIntelligentTieringConfigurations',
    'GET',
    'intelligent-tiering',
    'GetIntelligentTieringConfiguration',
    document('ListBucketIntelligentTieringConfigurationsOutput', emptyList),
  ],
  [
    'ListBucketInventoryConfigurations',
    'GET',
    'inventory',
    'GetInventoryConfiguration',
    document('ListInventoryConfigurationsResult', emptyList),
  ],
  [
    'ListBucketMetricsConfigurations',
    'GET',
    'metrics',
    'GetMetricsConfiguration',
    document('ListMetricsConfigurationsResult', emptyList),
  ],
]

/** All of them, for the operation table. */
export const absentOperations: Operation[] = rows.map(([name, method, parameter, action, answer]) =>
  absentOperation({ name, method, parameter, action, answer }),
)

function absentOperation({ name, method, parameter, action, answer }: Absent): Operation {
  return defineOperation({
    name,
    // One configuration of several is named by its id; without one all of them are meant.
    route: {
      method,
      level: 'bucket',
      query: answer.kind === 'no-such-id' ? { [parameter]: true, id: true } : { [parameter]: true },
    },

    parse({ address }) {
      return { bucket: address.bucket }
    },

    permissions({ bucket }) {
      return [{ action: `s3:${action}`, resource: bucketArn(bucket) }]
    },

    async handle({ bucket }) {
      switch (answer.kind) {
        case 'document':
          return { status: 200, body: xmlDocument(answer.root, answer.content) }
        case 'deleted':
          return { status: 204 }
        case 'error':
          throw new S3Error(answer.code, { fields: { BucketName: bucket } })
        case 'no-such-id':
      }
      throw new S3Error('NoSuchConfiguration')
    },
  })
}
