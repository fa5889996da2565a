// One request for each error a client may have to tell apart. Paths are below the service; `BUCKET`, `OTHER` (of another
// account) and `UPLOAD` stand for what exists only when the tests run.

export interface ErrorRequest {
  name: string
  method: string
  path: string
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: string
  /** Default: signed by the owner. */
  by?: 'nobody' | 'unknown key' | 'wrong secret' | 'late clock'
}

const emptyMd5 = '1B2M2Y8AsgTpgAmY7PhCfg=='
const complete = (parts: string) => `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`
const part = (number: number, etag: string) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`
/** Of the parts that are there, each `x`. */
const etagOfX = '9dd4e461268c8034f5c8564e155c67a6'
const noEtag = '00000000000000000000000000000000'

export const ERROR_REQUESTS: ErrorRequest[] = [
  { name: 'NoSuchKey', method: 'GET', path: '/BUCKET/no/such%20key' },
  { name: 'NoSuchBucket', method: 'GET', path: '/no-such-bucket-anywhere/key' },
  {
    name: 'NoSuchVersion',
    method: 'GET',
    path: '/BUCKET/key',
    query: { versionId: '00000000000000000000000000000000' },
  },
  { name: 'NoSuchUpload', method: 'GET', path: '/BUCKET/key', query: { uploadId: 'none' } },
  { name: 'NoSuchTagSet', method: 'GET', path: '/BUCKET', query: { tagging: '' } },
  { name: 'NoSuchCORSConfiguration', method: 'GET', path: '/BUCKET', query: { cors: '' } },
  { name: 'AccessDenied', method: 'GET', path: '/OTHER/key' },
  { name: 'AccessDenied to nobody', method: 'GET', path: '/BUCKET/key', by: 'nobody' },
  { name: 'InvalidAccessKeyId', method: 'GET', path: '/BUCKET/key', by: 'unknown key' },
  { name: 'SignatureDoesNotMatch', method: 'GET', path: '/BUCKET/key', by: 'wrong secret' },
  { name: 'RequestTimeTooSkewed', method: 'GET', path: '/BUCKET/key', by: 'late clock' },
  { name: 'InvalidBucketName', method: 'GET', path: '/No_Bucket/key' },
  { name: 'KeyTooLongError', method: 'GET', path: `/BUCKET/${'k'.repeat(1025)}` },
  { name: 'InvalidRange', method: 'GET', path: '/BUCKET/key', headers: { range: 'bytes=5-' } },
  { name: 'InvalidPart of a read', method: 'GET', path: '/BUCKET/key', query: { partNumber: '2' } },
  { name: 'PreconditionFailed', method: 'GET', path: '/BUCKET/key', headers: { 'if-match': '"0"' } },
  {
    name: 'PreconditionFailed of a write',
    method: 'PUT',
    path: '/BUCKET/key',
    headers: { 'if-none-match': '*' },
    body: 'x',
  },
  { name: 'InvalidArgument of a number', method: 'GET', path: '/BUCKET', query: { 'max-keys': 'ten' } },
  {
    name: 'InvalidArgument of a token',
    method: 'GET',
    path: '/BUCKET',
    query: { 'list-type': '2', 'continuation-token': '!' },
  },
  { name: 'InvalidArgument of two sub-resources', method: 'GET', path: '/BUCKET', query: { acl: '', cors: '' } },
  { name: 'MethodNotAllowed', method: 'POST', path: '/BUCKET/key' },
  { name: 'NotImplemented', method: 'PUT', path: '/BUCKET', query: { website: '' }, body: '<WebsiteConfiguration/>' },
  {
    name: 'NotImplemented of a header',
    method: 'PUT',
    path: '/BUCKET/new',
    headers: { 'x-amz-server-side-encryption': 'aws:kms' },
    body: 'x',
  },
  { name: 'BucketNotEmpty', method: 'DELETE', path: '/BUCKET' },
  { name: 'BucketAlreadyExists', method: 'PUT', path: '/OTHER' },
  { name: 'MalformedXML', method: 'PUT', path: '/BUCKET', query: { tagging: '' }, body: '<Tagging>' },
  {
    name: 'MalformedXML of a delete of nothing',
    method: 'POST',
    path: '/BUCKET',
    query: { delete: '' },
    body: '<Delete/>',
  },
  { name: 'MissingRequestBodyError', method: 'PUT', path: '/BUCKET', query: { versioning: '' } },
  {
    name: 'IllegalVersioningConfigurationException',
    method: 'PUT',
    path: '/BUCKET',
    query: { versioning: '' },
    body: '<VersioningConfiguration><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>',
  },
  {
    name: 'InvalidLocationConstraint',
    method: 'PUT',
    path: '/new-bucket-elsewhere',
    body: '<CreateBucketConfiguration><LocationConstraint>No Where</LocationConstraint></CreateBucketConfiguration>',
  },
  {
    name: 'InvalidTag',
    method: 'PUT',
    path: '/BUCKET/key',
    query: { tagging: '' },
    body: '<Tagging><TagSet><Tag><Key>aws:x</Key><Value>1</Value></Tag></TagSet></Tagging>',
  },
  { name: 'InvalidDigest', method: 'PUT', path: '/BUCKET/new', headers: { 'content-md5': 'short' }, body: 'x' },
  { name: 'BadDigest', method: 'PUT', path: '/BUCKET/new', headers: { 'content-md5': emptyMd5 }, body: 'x' },
  {
    name: 'BadDigest of a checksum',
    method: 'PUT',
    path: '/BUCKET/new',
    headers: { 'x-amz-checksum-crc32': 'AAAAAA==' },
    body: 'x',
  },
  {
    name: 'BadDigest of what is no checksum',
    method: 'PUT',
    path: '/BUCKET/new',
    headers: { 'x-amz-checksum-crc32': 'x' },
    body: 'x',
  },
  {
    name: 'InvalidStorageClass',
    method: 'PUT',
    path: '/BUCKET/new',
    headers: { 'x-amz-storage-class': 'COLD' },
    body: 'x',
  },
  {
    name: 'MetadataTooLarge',
    method: 'PUT',
    path: '/BUCKET/new',
    headers: { 'x-amz-meta-a': 'a'.repeat(2048) },
    body: 'x',
  },
  {
    name: 'InvalidWriteOffset',
    method: 'PUT',
    path: '/BUCKET/key',
    headers: { 'x-amz-write-offset-bytes': '7' },
    body: 'x',
  },
  {
    name: 'InvalidRequest of a copy onto itself',
    method: 'PUT',
    path: '/BUCKET/key',
    headers: { 'x-amz-copy-source': '/BUCKET/key' },
  },
  { name: 'NoSuchKey of a copy', method: 'PUT', path: '/BUCKET/new', headers: { 'x-amz-copy-source': '/BUCKET/none' } },
  {
    name: 'InvalidArgument of a part number',
    method: 'PUT',
    path: '/BUCKET/parts',
    query: { partNumber: '10001', uploadId: 'UPLOAD' },
    body: 'x',
  },
  {
    name: 'EntityTooSmall',
    method: 'POST',
    path: '/BUCKET/parts',
    query: { uploadId: 'UPLOAD' },
    body: complete(part(1, etagOfX) + part(2, etagOfX)),
  },
  {
    name: 'InvalidPart',
    method: 'POST',
    path: '/BUCKET/parts',
    query: { uploadId: 'UPLOAD' },
    body: complete(part(1, noEtag)),
  },
  {
    name: 'InvalidPartOrder',
    method: 'POST',
    path: '/BUCKET/parts',
    query: { uploadId: 'UPLOAD' },
    body: complete(part(2, etagOfX) + part(1, etagOfX)),
  },
  {
    name: 'MalformedXML of a Complete without parts',
    method: 'POST',
    path: '/BUCKET/parts',
    query: { uploadId: 'UPLOAD' },
    body: complete(''),
  },
  {
    name: 'InvalidBucketAclWithObjectOwnership',
    method: 'PUT',
    path: '/new-bucket-public',
    headers: { 'x-amz-acl': 'public-read', 'x-amz-object-ownership': 'BucketOwnerEnforced' },
  },
  {
    name: 'AccessControlListNotSupported',
    method: 'PUT',
    path: '/BUCKET/new',
    headers: { 'x-amz-acl': 'public-read' },
    body: 'x',
  },
  { name: 'NoSuchBucketPolicy', method: 'GET', path: '/BUCKET', query: { policy: '' } },
  {
    name: 'InvalidBucketOwnerAWSAccountID',
    method: 'GET',
    path: '/BUCKET',
    headers: { 'x-amz-expected-bucket-owner': 'me' },
  },
  { name: 'XAmzContentSHA256Mismatch', method: 'PUT', path: '/BUCKET/new', headers: {}, body: 'HASHED' },
]
