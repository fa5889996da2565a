// Everything AWS S3 does that this service does not do yet, or does otherwise. The operations are kept equal to
// src/s3/not-implemented.ts by known-gaps.test.ts; whoever implements one removes it here and there.
import { IAM_NOT_IMPLEMENTED, IAM_PARTIAL } from './iam-gaps.ts'

export interface KnownGap {
  /** The operation as AWS spells it, or what of an operation is meant. */
  name: string
  /** What a client sees. */
  what: string
  /** The version the gap was first documented in. */
  since: string
}

const since = '0.1.0'

/** Operations with a route of their own that answer 501 NotImplemented, naming themselves. */
export const NOT_IMPLEMENTED: KnownGap[] = [
  ['CreateBucketMetadataConfiguration', 'S3 Metadata is not there'],
  ['CreateBucketMetadataTableConfiguration', 'S3 Metadata is not there'],
  ['CreateSession', 'Directory buckets are not there'],
  ['DeleteBucketMetadataConfiguration', 'S3 Metadata is not there'],
  ['DeleteBucketMetadataTableConfiguration', 'S3 Metadata is not there'],
  ['DeleteObjectAnnotation', 'Annotations are not there'],
  ['GetBucketMetadataConfiguration', 'S3 Metadata is not there'],
  ['GetBucketMetadataTableConfiguration', 'S3 Metadata is not there'],
  ['GetObjectAnnotation', 'Annotations are not there'],
  ['ListObjectAnnotations', 'Annotations are not there'],
  ['PutBucketAbac', 'Access by bucket tags is not there; GetBucketAbac answers Disabled'],
  ['PutBucketAccelerateConfiguration', 'There is no transfer acceleration; the Get answers an empty configuration'],
  ['PutBucketAnalyticsConfiguration', 'The list of configurations is empty'],
  ['PutBucketEncryption', 'There is no encryption at rest by S3 yet, so GetBucketEncryption answers 404'],
  ['PutBucketIntelligentTieringConfiguration', 'The list of configurations is empty'],
  ['PutBucketInventoryConfiguration', 'The list of configurations is empty'],
  ['PutBucketLifecycleConfiguration', 'Nothing expires or moves; the Get answers 404'],
  ['PutBucketLogging', 'There are no access logs; the Get answers an empty status'],
  ['PutBucketMetricsConfiguration', 'The list of configurations is empty'],
  ['PutBucketNotificationConfiguration', 'There are no notifications; the Get answers an empty configuration'],
  ['PutBucketReplication', 'There is no replication; the Get answers 404'],
  ['PutBucketWebsite', 'There are no website endpoints; the Get answers 404'],
  ['PutObjectAnnotation', 'Annotations are not there'],
  ['PutObjectLegalHold', 'Locks are not enforced yet; the Get answers 404'],
  ['PutObjectLockConfiguration', 'There is no default retention; a bucket made with object lock says Enabled'],
  ['PutObjectRetention', 'Locks are not enforced yet; the Get answers 404'],
  ['RestoreObject', 'Nothing is archived'],
  ['UpdateBucketMetadataAnnotationTableConfiguration', 'S3 Metadata is not there'],
  ['UpdateBucketMetadataInventoryTableConfiguration', 'S3 Metadata is not there'],
  ['UpdateBucketMetadataJournalTableConfiguration', 'S3 Metadata is not there'],
  ['UpdateObjectEncryption', 'There is no encryption at rest by S3 yet'],
].map(([name = '', what = '']) => ({ name, what, since }))

/** Operations of AWS that cannot be told apart here: they have endpoints of their own there. */
export const UNREACHABLE: KnownGap[] = [
  { name: 'ListDirectoryBuckets', what: 'The same request as ListBuckets, on another endpoint: lists buckets', since },
  { name: 'WriteGetObjectResponse', what: 'Object Lambda: its path is no bucket name, so InvalidBucketName', since },
]

/** Operations that are there, without some part of them. */
export const PARTIAL: KnownGap[] = [
  {
    name: 'Bucket policies that name a user or role',
    what: 'They name it by its ARN: one made anew under the same name is meant again, where AWS remembers the first',
    since,
  },
  {
    name: 'CreateBucket of a bucket one has already',
    what: '409 BucketAlreadyExists with another ACL, where AWS resets the ACL in us-east-1',
    since,
  },
  {
    name: 'CreateBucket without an object ownership',
    what: 'No ownership controls and no public access block (see EDGESHARD_OBJECT_OWNERSHIP and EDGESHARD_PUBLIC_ACCESS_BLOCK), where AWS has BucketOwnerEnforced and blocks',
    since,
  },
  { name: 'CreateBucket of a directory bucket', what: '501 NotImplemented', since },
  { name: 'CreateBucket in the account-regional namespace', what: '501 NotImplemented', since },
  {
    name: 'GetBucketEncryption',
    what: '404 ServerSideEncryptionConfigurationNotFoundError where AWS answers AES256: nothing is encrypted yet',
    since,
  },
  {
    name: 'GetBucketPolicyStatus without a policy',
    what: '200 and false, or what the ACL makes of it, where AWS answers NoSuchBucketPolicy',
    since,
  },
  { name: 'GetObjectTorrent', what: '404 NoSuchKey: there are no torrents', since },
  { name: 'ListMultipartUploads with a foreign upload-id-marker', what: 'Accepted where AWS answers 400', since },
  { name: 'PutBucketVersioning with MfaDelete', what: '501 NotImplemented', since },
  {
    name: 'SelectObjectContent of an object encrypted with a key of the client (SSE-C)',
    what: '501 NotImplemented, as GetObject answers',
    since,
  },
  {
    name: 'SelectObjectContent of Parquet with LZO, LZ4 in Hadoop framing, encrypted columns or INT96',
    what: 'ParquetUnsupportedCompressionCodec, ParquetParsingError, UnsupportedParquetType; AWS reads none of them either',
    since,
  },
  {
    name: 'SelectObjectContent with INTERSECT ALL, EXCEPT ALL, JOIN USING or NATURAL JOIN',
    what: 'An error of the parser, in every dialect; AWS knows no joins and set operations at all',
    since,
  },
  {
    name: 'SelectObjectContent over damaged JSON',
    what: 'Damage in parts of a record that the statement does not read can pass, where AWS reads all of it',
    since,
  },
]

/** Ways to sign that are refused. */
const SIGNATURES: KnownGap[] = [
  {
    name: 'PostObject with an Authorization header',
    what: '400 InvalidArgument: a form is signed by its fields',
    since,
  },
]

export const KNOWN_GAPS: KnownGap[] = [
  ...NOT_IMPLEMENTED,
  ...UNREACHABLE,
  ...PARTIAL,
  ...SIGNATURES,
  ...IAM_NOT_IMPLEMENTED,
  ...IAM_PARTIAL,
]
