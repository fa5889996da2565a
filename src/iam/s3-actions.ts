// Every action of S3 and what it is about, as AWS's service authorisation reference lists them. No I/O, no clock.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html

/**
 * What a resource of the action is: `other` is an access point, a job or what else this service has none of; `none`: the
 * action takes no resource but `*`.
 */
export type ResourceLevel = 'bucket' | 'object' | 'other' | 'none'

export interface S3Action {
  /** As AWS spells it: `s3:GetObject`. */
  name: string
  level: ResourceLevel
  /** Condition keys that only some actions have, lower case; those that end with `/` go on with a tag's key. */
  conditionKeys: ReadonlySet<string>
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

const bucketActions = words(`
  AllowVendedLogDeliveryForResource CreateBucket CreateBucketMetadataTableConfiguration DeleteBucket
  DeleteBucketMetadataTableConfiguration DeleteBucketPolicy DeleteBucketWebsite GetAccelerateConfiguration
  GetAnalyticsConfiguration GetBucketAbac GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging
  GetBucketMetadataTableConfiguration GetBucketNotification GetBucketObjectLockConfiguration
  GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus GetBucketPublicAccessBlock
  GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration
  GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration
  GetReplicationConfiguration ListBucket ListBucketMultipartUploads ListBucketVersions ListTagsForResource
  PauseReplication PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketAbac PutBucketAcl PutBucketCORS
  PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls
  PutBucketPolicy PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging PutBucketVersioning
  PutBucketWebsite PutEncryptionConfiguration PutIntelligentTieringConfiguration PutInventoryConfiguration
  PutLifecycleConfiguration PutMetricsConfiguration PutReplicationConfiguration TagResource UntagResource
  UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration
  UpdateBucketMetadataJournalTableConfiguration
`)

const objectActions = words(`
  AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectAnnotation DeleteObjectTagging
  DeleteObjectVersion DeleteObjectVersionAnnotation DeleteObjectVersionTagging GetObject GetObjectAcl
  GetObjectAnnotation GetObjectAttributes GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent
  GetObjectVersion GetObjectVersionAcl GetObjectVersionAnnotation GetObjectVersionAnnotationForReplication
  GetObjectVersionAttributes GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent
  InitiateReplication ListMultipartUploadParts ListObjectAnnotations ListObjectVersionAnnotations
  ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl PutObjectAnnotation PutObjectLegalHold
  PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionAnnotation PutObjectVersionTagging
  ReplicateDelete ReplicateObject ReplicateObjectAnnotation ReplicateTags RestoreObject UpdateObjectEncryption
`)

const otherActions = words(`
  AssociateAccessGrantsIdentityCenter CreateAccessGrant CreateAccessGrantsInstance CreateAccessGrantsLocation
  CreateAccessPoint CreateAccessPointForObjectLambda CreateMultiRegionAccessPoint DeleteAccessGrant
  DeleteAccessGrantsInstance DeleteAccessGrantsInstanceResourcePolicy DeleteAccessGrantsLocation DeleteAccessPoint
  DeleteAccessPointForObjectLambda DeleteAccessPointPolicy DeleteAccessPointPolicyForObjectLambda DeleteJobTagging
  DeleteMultiRegionAccessPoint DeleteStorageLensConfiguration DeleteStorageLensConfigurationTagging
  DeleteStorageLensGroup DescribeJob DescribeMultiRegionAccessPointOperation DissociateAccessGrantsIdentityCenter
  GetAccessGrant GetAccessGrantsInstance GetAccessGrantsInstanceForPrefix GetAccessGrantsInstanceResourcePolicy
  GetAccessGrantsLocation GetAccessPointConfigurationForObjectLambda GetAccessPointForObjectLambda
  GetAccessPointPolicy GetAccessPointPolicyForObjectLambda GetAccessPointPolicyStatus
  GetAccessPointPolicyStatusForObjectLambda GetDataAccess GetJobTagging GetMultiRegionAccessPoint
  GetMultiRegionAccessPointPolicy GetMultiRegionAccessPointPolicyStatus GetMultiRegionAccessPointRoutes
  GetStorageLensConfiguration GetStorageLensConfigurationTagging GetStorageLensDashboard GetStorageLensGroup
  ListAccessGrants ListAccessGrantsLocations ListCallerAccessGrants PutAccessGrantsInstanceResourcePolicy
  PutAccessPointConfigurationForObjectLambda PutAccessPointPolicy PutAccessPointPolicyForObjectLambda
  PutJobTagging PutMultiRegionAccessPointPolicy PutStorageLensConfigurationTagging
  SubmitMultiRegionAccessPointRoutes UpdateAccessGrantsLocation UpdateJobPriority UpdateJobStatus
  UpdateStorageLensGroup
`)

const actionsOfNone = words(`
  CreateJob CreateStorageLensGroup GetAccessPoint GetAccountPublicAccessBlock ListAccessGrantsInstances
  ListAccessPoints ListAccessPointsForObjectLambda ListAllMyBuckets ListJobs ListMultiRegionAccessPoints
  ListStorageLensConfigurations ListStorageLensGroups PutAccessPointPublicAccessBlock PutAccountPublicAccessBlock
  PutStorageLensConfiguration
`)

/** Condition keys of every action on buckets and objects, lower case. */
const commonKeys = words(`
  s3:accessgrantsinstancearn s3:accesspointnetworkorigin s3:accesspointtag/ s3:authtype s3:buckettag/
  s3:dataaccesspointaccount s3:dataaccesspointarn s3:resourceaccount s3:signatureage s3:signatureversion s3:tlsversion
  s3:x-amz-content-sha256
`)

const grants = words(`
  s3:x-amz-acl s3:x-amz-grant-full-control s3:x-amz-grant-read s3:x-amz-grant-read-acp s3:x-amz-grant-write
  s3:x-amz-grant-write-acp
`)
const requestTags = words(`s3:requestobjecttag/ s3:requestobjecttagkeys`)
const encryption = words(`
  s3:x-amz-server-side-encryption s3:x-amz-server-side-encryption-aws-kms-key-id
  s3:x-amz-server-side-encryption-customer-algorithm
`)
const retention = words(`
  s3:object-lock-mode s3:object-lock-remaining-retention-days s3:object-lock-retain-until-date
`)
const copies = words(`
  s3:x-amz-copy-source s3:x-amz-metadata-directive s3:x-amz-storage-class s3:x-amz-website-redirect-location
`)
const listing = words(`s3:delimiter s3:max-keys s3:prefix`)
const listedAnnotations = words(`s3:annotation-prefix s3:max-annotation-results`)

/** Which keys, and the actions that have them. */
const keysOfSome: readonly (readonly [keys: readonly string[], actions: readonly string[]])[] = [
  [listing, words(`ListBucket ListBucketVersions`)],
  [grants, words(`BypassGovernanceRetention CreateBucket PutBucketAcl PutObject PutObjectAcl PutObjectVersionAcl`)],
  [requestTags, words(`BypassGovernanceRetention PutObject PutObjectTagging PutObjectVersionTagging`)],
  [encryption, words(`BypassGovernanceRetention PutObject ReplicateObject UpdateObjectEncryption`)],
  [retention, words(`PutObject PutObjectRetention`)],
  [copies, words(`BypassGovernanceRetention PutObject`)],
  [words(`s3:object-lock-legal-hold`), words(`PutObject PutObjectLegalHold`)],
  [words(`s3:x-amz-storage-class`), words(`PutObjectAcl PutObjectVersionAcl`)],
  [words(`s3:if-match`), words(`DeleteObject PutObject`)],
  [words(`s3:if-none-match s3:objectcreationoperation s3:x-amz-object-annotation-directive`), words(`PutObject`)],
  [words(`s3:locationconstraint s3:x-amz-bucket-namespace s3:x-amz-object-ownership`), words(`CreateBucket`)],
  [words(`s3:destinationregion`), words(`PauseReplication`)],
  [words(`s3:deliverysourcearn s3:logtype s3:resourcearnbeingauthorized`), words(`AllowVendedLogDeliveryForResource`)],
  [words(`s3:inventoryaccessibleoptionalfields`), words(`PutInventoryConfiguration`)],
  [words(`s3:isreplicationpauserequest`), words(`PutReplicationConfiguration`)],
  [listedAnnotations, words(`ListObjectAnnotations ListObjectVersionAnnotations`)],
  [
    words(`s3:x-amz-object-if-match`),
    words(`
      DeleteObjectAnnotation DeleteObjectVersionAnnotation PutObjectAnnotation PutObjectVersionAnnotation
    `),
  ],
  [
    words(`s3:existingobjecttag/`),
    words(`
      DeleteObjectAnnotation DeleteObjectTagging DeleteObjectVersionAnnotation DeleteObjectVersionTagging
      GetObject GetObjectAcl GetObjectAnnotation GetObjectAttributes GetObjectTagging GetObjectVersion
      GetObjectVersionAcl GetObjectVersionAnnotation GetObjectVersionAttributes GetObjectVersionTagging
      ListObjectAnnotations ListObjectVersionAnnotations PutObjectAcl PutObjectAnnotation PutObjectTagging
      PutObjectVersionAcl PutObjectVersionAnnotation PutObjectVersionTagging UpdateObjectEncryption
    `),
  ],
  [
    words(`s3:versionid`),
    words(`
      DeleteObjectVersion DeleteObjectVersionAnnotation DeleteObjectVersionTagging GetObjectVersion
      GetObjectVersionAcl GetObjectVersionAnnotation GetObjectVersionAttributes GetObjectVersionTagging
      GetObjectVersionTorrent ListObjectVersionAnnotations PutObjectVersionAcl PutObjectVersionAnnotation
      PutObjectVersionTagging
    `),
  ],
]

function actionsAt(level: ResourceLevel, names: readonly string[]): [string, S3Action][] {
  const common = level === 'bucket' || level === 'object' ? commonKeys : []
  return names.map((name) => {
    const own = keysOfSome.flatMap(([keys, actions]) => (actions.includes(name) ? keys : []))
    return [`s3:${name.toLowerCase()}`, { name: `s3:${name}`, level, conditionKeys: new Set([...common, ...own]) }]
  })
}

/** By their names in lower case: `s3:getobject`. */
export const s3Actions: ReadonlyMap<string, S3Action> = new Map([
  ...actionsAt('bucket', bucketActions),
  ...actionsAt('object', objectActions),
  ...actionsAt('other', otherActions),
  ...actionsAt('none', actionsOfNone),
])
