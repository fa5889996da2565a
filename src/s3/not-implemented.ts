/**
 * Every operation AWS S3 has and this service does not yet: asked for, each answers NotImplemented with its name, after
 * signature and permission were checked. What users may read of it is test/conformance/known-gaps.ts, kept equal by a
 * test. Names and routes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
import { S3Error } from '../errors.ts'
import { bucketArn, objectArn } from '../iam/permission.ts'
import { defineOperation } from './operation.ts'
import type { AddressAt } from './address.ts'
import type { Method, Operation, Route } from './operation.ts'

interface Missing {
  name: string
  route: Route & { level: 'bucket' | 'object' }
  /** After `s3:`. */
  action: string
}

function bucketRow(method: Method, parameter: string, name: string, action: string = name): Missing {
  return { name, route: { method, level: 'bucket', query: { [parameter]: true } }, action }
}

function objectRow(method: Method, parameter: string, name: string, action: string = name): Missing {
  return { name, route: { method, level: 'object', query: { [parameter]: true } }, action }
}

const rows: Missing[] = [
  bucketRow(
    'POST',
    'metadataConfiguration',
    'CreateBucketMetadataConfiguration',
    'CreateBucketMetadataTableConfiguration',
  ),
  bucketRow('POST', 'metadataTable', 'CreateBucketMetadataTableConfiguration'),
  bucketRow('GET', 'session', 'CreateSession'),
  bucketRow(
    'DELETE',
    'metadataConfiguration',
    'DeleteBucketMetadataConfiguration',
    'DeleteBucketMetadataTableConfiguration',
  ),
  bucketRow('DELETE', 'metadataTable', 'DeleteBucketMetadataTableConfiguration'),
  objectRow('DELETE', 'annotation', 'DeleteObjectAnnotation'),
  bucketRow('GET', 'metadataConfiguration', 'GetBucketMetadataConfiguration', 'GetBucketMetadataTableConfiguration'),
  bucketRow('GET', 'metadataTable', 'GetBucketMetadataTableConfiguration'),
  {
    name: 'GetObjectAnnotation',
    route: { method: 'GET', level: 'object', query: { annotation: true, annotationName: true } },
    action: 'GetObjectAnnotation',
  },
  objectRow('GET', 'annotation', 'ListObjectAnnotations'),
  bucketRow('PUT', 'abac', 'PutBucketAbac'),
  bucketRow('PUT', 'accelerate', 'PutBucketAccelerateConfiguration', 'PutAccelerateConfiguration'),
  bucketRow('PUT', 'analytics', 'PutBucketAnalyticsConfiguration', 'PutAnalyticsConfiguration'),
  bucketRow('PUT', 'encryption', 'PutBucketEncryption', 'PutEncryptionConfiguration'),
  bucketRow(
    'PUT',
    'intelligent-tiering',
    'PutBucketIntelligentTieringConfiguration',
    'PutIntelligentTieringConfiguration',
  ),
  bucketRow('PUT', 'inventory', 'PutBucketInventoryConfiguration', 'PutInventoryConfiguration'),
  bucketRow('PUT', 'lifecycle', 'PutBucketLifecycleConfiguration', 'PutLifecycleConfiguration'),
  bucketRow('PUT', 'logging', 'PutBucketLogging'),
  bucketRow('PUT', 'metrics', 'PutBucketMetricsConfiguration', 'PutMetricsConfiguration'),
  bucketRow('PUT', 'notification', 'PutBucketNotificationConfiguration', 'PutBucketNotification'),
  bucketRow('PUT', 'replication', 'PutBucketReplication', 'PutReplicationConfiguration'),
  bucketRow('PUT', 'website', 'PutBucketWebsite'),
  objectRow('PUT', 'annotation', 'PutObjectAnnotation'),
  objectRow('PUT', 'legal-hold', 'PutObjectLegalHold'),
  bucketRow('PUT', 'object-lock', 'PutObjectLockConfiguration', 'PutBucketObjectLockConfiguration'),
  objectRow('PUT', 'retention', 'PutObjectRetention'),
  objectRow('POST', 'restore', 'RestoreObject'),
  bucketRow('PUT', 'metadataAnnotationTable', 'UpdateBucketMetadataAnnotationTableConfiguration'),
  bucketRow('PUT', 'metadataInventoryTable', 'UpdateBucketMetadataInventoryTableConfiguration'),
  bucketRow('PUT', 'metadataJournalTable', 'UpdateBucketMetadataJournalTableConfiguration'),
  objectRow('PUT', 'encryption', 'UpdateObjectEncryption'),
]

/** All of them, for the operation table. */
export const notImplementedOperations: Operation[] = rows.map(notImplemented)

function notImplemented({ name, route, action }: Missing): Operation {
  return defineOperation<'bucket' | 'object', { resource: string }>({
    name,
    route,

    parse({ address }) {
      return { resource: arnOf(address) }
    },

    permissions({ resource }) {
      return [{ action: `s3:${action}`, resource }]
    },

    async handle() {
      throw new S3Error('NotImplemented', { message: `The operation ${name} is not implemented` })
    },
  })
}

function arnOf(address: AddressAt<'bucket' | 'object'>): string {
  return address.level === 'object' ? objectArn(address.bucket, address.key) : bucketArn(address.bucket)
}
