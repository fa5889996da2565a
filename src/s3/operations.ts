// THE TABLE: one import and one line per operation, in AWS's alphabetical order. Order means nothing to matching.
import { notImplementedOperations } from './not-implemented.ts'
import type { Operation } from './operation.ts'
import { abortMultipartUpload } from './operations/abort-multipart-upload.ts'
import { absentOperations } from './operations/absent.ts'
import { completeMultipartUpload } from './operations/complete-multipart-upload.ts'
import { copyObject } from './operations/copy-object.ts'
import { createBucket } from './operations/create-bucket.ts'
import { createMultipartUpload } from './operations/create-multipart-upload.ts'
import { deleteAccountPublicAccessBlock } from './operations/delete-account-public-access-block.ts'
import { deleteBucket } from './operations/delete-bucket.ts'
import { deleteBucketCors } from './operations/delete-bucket-cors.ts'
import { deleteBucketOwnershipControls } from './operations/delete-bucket-ownership-controls.ts'
import { deleteBucketPolicy } from './operations/delete-bucket-policy.ts'
import { deleteBucketTagging } from './operations/delete-bucket-tagging.ts'
import { deleteObject } from './operations/delete-object.ts'
import { deleteObjectTagging } from './operations/delete-object-tagging.ts'
import { deleteObjects } from './operations/delete-objects.ts'
import { deletePublicAccessBlock } from './operations/delete-public-access-block.ts'
import { getAccountPublicAccessBlock } from './operations/get-account-public-access-block.ts'
import { getBucketAcl } from './operations/get-bucket-acl.ts'
import { getBucketCors } from './operations/get-bucket-cors.ts'
import { getBucketLocation } from './operations/get-bucket-location.ts'
import { getBucketOwnershipControls } from './operations/get-bucket-ownership-controls.ts'
import { getBucketPolicy } from './operations/get-bucket-policy.ts'
import { getBucketPolicyStatus } from './operations/get-bucket-policy-status.ts'
import { getBucketRequestPayment } from './operations/get-bucket-request-payment.ts'
import { getBucketTagging } from './operations/get-bucket-tagging.ts'
import { getBucketVersioning } from './operations/get-bucket-versioning.ts'
import { getObject } from './operations/get-object.ts'
import { getObjectAcl } from './operations/get-object-acl.ts'
import { getObjectAttributes } from './operations/get-object-attributes.ts'
import { getObjectLegalHold } from './operations/get-object-legal-hold.ts'
import { getObjectLockConfiguration } from './operations/get-object-lock-configuration.ts'
import { getObjectRetention } from './operations/get-object-retention.ts'
import { getObjectTagging } from './operations/get-object-tagging.ts'
import { getObjectTorrent } from './operations/get-object-torrent.ts'
import { getPublicAccessBlock } from './operations/get-public-access-block.ts'
import { headBucket } from './operations/head-bucket.ts'
import { headObject } from './operations/head-object.ts'
import { listBuckets } from './operations/list-buckets.ts'
import { listMultipartUploads } from './operations/list-multipart-uploads.ts'
import { listObjectVersions } from './operations/list-object-versions.ts'
import { listObjects } from './operations/list-objects.ts'
import { listObjectsV2 } from './operations/list-objects-v2.ts'
import { listParts } from './operations/list-parts.ts'
import { postObject } from './operations/post-object.ts'
import { preflight } from './operations/preflight.ts'
import { putAccountPublicAccessBlock } from './operations/put-account-public-access-block.ts'
import { putBucketAcl } from './operations/put-bucket-acl.ts'
import { putBucketCors } from './operations/put-bucket-cors.ts'
import { putBucketOwnershipControls } from './operations/put-bucket-ownership-controls.ts'
import { putBucketPolicy } from './operations/put-bucket-policy.ts'
import { putBucketRequestPayment } from './operations/put-bucket-request-payment.ts'
import { putBucketTagging } from './operations/put-bucket-tagging.ts'
import { putBucketVersioning } from './operations/put-bucket-versioning.ts'
import { putObject } from './operations/put-object.ts'
import { putObjectAcl } from './operations/put-object-acl.ts'
import { putObjectTagging } from './operations/put-object-tagging.ts'
import { putPublicAccessBlock } from './operations/put-public-access-block.ts'
import { renameObject } from './operations/rename-object.ts'
import { selectObjectContent } from './operations/select-object-content.ts'
import { selectObjects } from './operations/select-objects.ts'
import { uploadPart } from './operations/upload-part.ts'
import { uploadPartCopy } from './operations/upload-part-copy.ts'

export const OPERATIONS: Operation[] = [
  abortMultipartUpload,
  completeMultipartUpload,
  copyObject,
  createBucket,
  createMultipartUpload,
  deleteAccountPublicAccessBlock,
  deleteBucket,
  deleteBucketCors,
  deleteBucketOwnershipControls,
  deleteBucketPolicy,
  deleteBucketTagging,
  deleteObject,
  deleteObjects,
  deleteObjectTagging,
  deletePublicAccessBlock,
  getAccountPublicAccessBlock,
  getBucketAcl,
  getBucketCors,
  getBucketLocation,
  getBucketOwnershipControls,
  getBucketPolicy,
  getBucketPolicyStatus,
  getBucketRequestPayment,
  getBucketTagging,
  getBucketVersioning,
  getObject,
  getObjectAcl,
  getObjectAttributes,
  getObjectLegalHold,
  getObjectLockConfiguration,
  getObjectRetention,
  getObjectTagging,
  getObjectTorrent,
  getPublicAccessBlock,
  headBucket,
  headObject,
  listBuckets,
  listMultipartUploads,
  listObjects,
  listObjectsV2,
  listObjectVersions,
  listParts,
  postObject,
  putAccountPublicAccessBlock,
  putBucketAcl,
  putBucketCors,
  putBucketOwnershipControls,
  putBucketPolicy,
  putBucketRequestPayment,
  putBucketTagging,
  putBucketVersioning,
  putObject,
  putObjectAcl,
  putObjectTagging,
  putPublicAccessBlock,
  renameObject,
  selectObjectContent,
  selectObjects,
  uploadPart,
  uploadPartCopy,
  ...absentOperations,
  ...preflight,
  ...notImplementedOperations,
]
