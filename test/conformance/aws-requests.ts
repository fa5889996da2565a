// Every operation of AWS's as a request that has all it needs, to a bucket and a key of one's choice.
import type { SignedRequest } from '../support/endpoint.ts'
import { AWS_OPERATIONS } from './aws-operations.ts'

export interface Target {
  bucket: string
  key: string
  uploadId: string
}

export interface OperationRequest extends SignedRequest {
  name: string
  method: string
  path: string
}

/** Headers and bodies without which an operation would be refused for its form. `TARGET` is `bucket/key`, `BUCKET` in a body the bucket. */
const details: Record<string, Pick<SignedRequest, 'headers' | 'body'>> = {
  CompleteMultipartUpload: {
    body: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>',
  },
  CopyObject: { headers: { 'x-amz-copy-source': '/TARGET.old' } },
  DeleteObjects: { body: '<Delete><Object><Key>k</Key></Object></Delete>' },
  GetObjectAttributes: { headers: { 'x-amz-object-attributes': 'ETag' } },
  OptionsObject: { headers: { origin: 'https://site.example', 'access-control-request-method': 'GET' } },
  PutBucketAcl: { headers: { 'x-amz-acl': 'private' } },
  PutBucketCors: {
    body: '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>',
  },
  PutBucketOwnershipControls: {
    body: '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>',
  },
  PutBucketPolicy: {
    body: '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/none"}]}',
  },
  PutBucketRequestPayment: {
    body: '<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>',
  },
  PutBucketTagging: { body: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>' },
  PutBucketVersioning: { body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>' },
  PutObject: { body: 'overwritten' },
  PutObjectAcl: { headers: { 'x-amz-acl': 'private' } },
  PutObjectTagging: { body: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>' },
  PutPublicAccessBlock: {
    body: '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
  },
  RenameObject: { headers: { 'x-amz-rename-source': 'there' } },
  SelectObjectContent: {
    body: '<SelectObjectContentRequest><Expression>SELECT * FROM S3Object</Expression><ExpressionType>SQL</ExpressionType><InputSerialization><CSV/></InputSerialization><OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>',
  },
  UploadPart: { body: 'part' },
  UploadPartCopy: { headers: { 'x-amz-copy-source': '/TARGET' } },
}

export function requestsTo({ bucket, key, uploadId }: Target): OperationRequest[] {
  return AWS_OPERATIONS.map(([name, method, url, header]) => {
    const { pathname, searchParams } = new URL(url, 'http://s3')
    const query = Object.fromEntries(searchParams)
    if ('uploadId' in query) query['uploadId'] = uploadId
    const { headers = {}, body = '' } = details[name] ?? {}
    const named = Object.entries({ ...(header !== undefined && { [header]: 'x' }), ...headers })
    return {
      name,
      method,
      path: pathname.replace(/^\/b(?=\/|$)/, `/${bucket}`).replace(/\/k$/, `/${key}`),
      query,
      headers: Object.fromEntries(named.map(([field, value]) => [field, value.replace('TARGET', `${bucket}/${key}`)])),
      body: typeof body === 'string' ? body.replaceAll('BUCKET', bucket) : body,
    }
  })
}
