import { describe, expect, it } from 'vitest'
import { S3Error } from '../../src/errors.ts'
import { splitUrl } from '../../src/http/raw-url.ts'
import { parseAddress, parseQuery } from '../../src/s3/address.ts'
import { indexOperations, matchOperation } from '../../src/s3/match.ts'
import type { Operation, Route } from '../../src/s3/operation.ts'

function bind(): never {
  throw new Error('Not run here')
}

function operation(name: string, route: Route): Operation {
  return { name, route, bind, body: 'none', bucketOptional: false, anonymous: false, settles: false, refuses: [] }
}

const bucket = (method: Route['method'], ...names: string[]): Route => withQuery({ method, level: 'bucket' }, names)
const object = (method: Route['method'], ...names: string[]): Route => withQuery({ method, level: 'object' }, names)

function withQuery(route: Route, names: string[]): Route {
  if (names.length === 0) return route
  return { ...route, query: Object.fromEntries(names.map((name) => [name, true])) }
}

// Routes of AWS's API model, as far as they are told apart.
const table: Operation[] = [
  operation('ListBuckets', { method: 'GET', level: 'service' }),
  operation('CreateBucket', bucket('PUT')),
  operation('DeleteBucket', bucket('DELETE')),
  operation('HeadBucket', bucket('HEAD')),
  operation('ListObjects', bucket('GET')),
  operation('ListObjectsV2', { method: 'GET', level: 'bucket', query: { 'list-type': '2' } }),
  operation('ListObjectVersions', bucket('GET', 'versions')),
  operation('ListMultipartUploads', bucket('GET', 'uploads')),
  operation('GetBucketLocation', bucket('GET', 'location')),
  operation('GetBucketVersioning', bucket('GET', 'versioning')),
  operation('PutBucketVersioning', bucket('PUT', 'versioning')),
  operation('GetBucketCors', bucket('GET', 'cors')),
  operation('PutBucketCors', bucket('PUT', 'cors')),
  operation('DeleteBucketCors', bucket('DELETE', 'cors')),
  operation('GetBucketInventoryConfiguration', bucket('GET', 'inventory', 'id')),
  operation('ListBucketInventoryConfigurations', bucket('GET', 'inventory')),
  operation('DeleteObjects', bucket('POST', 'delete')),
  operation('PreflightBucket', bucket('OPTIONS')),
  operation('GetObject', object('GET')),
  operation('HeadObject', object('HEAD')),
  operation('PutObject', object('PUT')),
  operation('DeleteObject', object('DELETE')),
  operation('CopyObject', { ...object('PUT'), header: 'x-amz-copy-source' }),
  operation('UploadPart', object('PUT', 'partNumber', 'uploadId')),
  operation('UploadPartCopy', { ...object('PUT', 'partNumber', 'uploadId'), header: 'x-amz-copy-source' }),
  operation('CreateMultipartUpload', object('POST', 'uploads')),
  operation('CompleteMultipartUpload', object('POST', 'uploadId')),
  operation('AbortMultipartUpload', object('DELETE', 'uploadId')),
  operation('ListParts', object('GET', 'uploadId')),
  operation('GetObjectTagging', object('GET', 'tagging')),
  operation('PutObjectTagging', object('PUT', 'tagging')),
  operation('GetObjectAttributes', object('GET', 'attributes')),
  operation('RenameObject', object('PUT', 'renameObject')),
]

const forward = indexOperations(table)
const backward = indexOperations(table.toReversed())

function match(index: typeof forward, line: string, headers: Record<string, string> = {}): string {
  const [method = '', target = ''] = line.split(' ')
  const url = splitUrl(`http://127.0.0.1:9000${target}`)
  const { level } = parseAddress(url, ['localhost'], new Headers())
  return matchOperation(index, { method, level, query: parseQuery(url.query), headers: new Headers(headers) }).name
}

function refusal(line: string, headers: Record<string, string> = {}): S3Error {
  try {
    match(forward, line, headers)
  } catch (error) {
    if (error instanceof S3Error) return error
  }
  throw new Error(`${line} was not refused`)
}

const copy = { 'x-amz-copy-source': '/bucket/key' }

describe('matchOperation()', () => {
  // Requests of AWS's documentation, https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
  const examples: [line: string, name: string, headers?: Record<string, string>][] = [
    ['GET /', 'ListBuckets'],
    ['GET /?max-buckets=2&continuation-token=x', 'ListBuckets'],
    ['PUT /colorpictures', 'CreateBucket'],
    ['DELETE /quotes', 'DeleteBucket'],
    ['HEAD /bucket', 'HeadBucket'],
    ['GET /bucket?prefix=N&marker=Ned&max-keys=40', 'ListObjects'],
    ['GET /bucket?delimiter=/', 'ListObjects'],
    ['GET /bucket?list-type=1', 'ListObjects'],
    ['GET /bucket?list-type=2&max-keys=3&prefix=E&start-after=ExampleGuide.pdf', 'ListObjectsV2'],
    ['GET /bucket?versions', 'ListObjectVersions'],
    ['GET /bucket?versions&key-marker=key3&version-id-marker=null&max-keys=1', 'ListObjectVersions'],
    ['GET /bucket?uploads&max-uploads=3', 'ListMultipartUploads'],
    ['GET /bucket?location', 'GetBucketLocation'],
    ['GET /bucket?versioning', 'GetBucketVersioning'],
    ['PUT /bucket?versioning', 'PutBucketVersioning'],
    ['PUT /bucket?cors', 'PutBucketCors'],
    ['DELETE /bucket?cors', 'DeleteBucketCors'],
    ['GET /bucket?inventory&id=list1', 'GetBucketInventoryConfiguration'],
    ['GET /bucket?inventory', 'ListBucketInventoryConfigurations'],
    ['POST /bucket?delete', 'DeleteObjects'],
    ['OPTIONS /bucket?policy', 'PreflightBucket'],
    ['GET /bucket/my-image.jpg', 'GetObject'],
    ['GET /bucket/Junk3.txt?response-cache-control=No-cache&response-expires=x', 'GetObject'],
    ['GET /bucket/key?versionId=3/L4kqtJlcpXroDTDmpUMLUo', 'GetObject'],
    ['GET /bucket/key?partNumber=2', 'GetObject'],
    ['GET /bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=x&x-id=GetObject', 'GetObject'],
    ['HEAD /bucket/key', 'HeadObject'],
    ['HEAD /bucket/key?tagging', 'HeadObject'],
    ['PUT /bucket/key?x-id=PutObject', 'PutObject'],
    ['PUT /bucket/key', 'CopyObject', copy],
    ['PUT /bucket/key?partNumber=1&uploadId=VCVsb2FkIElE', 'UploadPart'],
    ['PUT /bucket/key?partNumber=2&uploadId=VCVsb2FkIElE', 'UploadPartCopy', copy],
    ['POST /bucket/key?uploads', 'CreateMultipartUpload'],
    ['POST /bucket/key?uploadId=AAAsb2FkIElE', 'CompleteMultipartUpload'],
    ['DELETE /bucket/key?uploadId=VXBsb2FkIElE', 'AbortMultipartUpload'],
    ['DELETE /bucket/key?versionId=UIORUnfnd89493jJFJ', 'DeleteObject'],
    ['GET /bucket/key?uploadId=XXBsb2FkIElE&max-parts=2&part-number-marker=1', 'ListParts'],
    ['GET /bucket/key?tagging', 'GetObjectTagging'],
    ['PUT /bucket/key?tagging&versionId=x', 'PutObjectTagging'],
    ['GET /bucket/key?attributes', 'GetObjectAttributes'],
    ['PUT /bucket/key?renameObject', 'RenameObject'],
    ['DELETE /bucket//', 'DeleteObject'],
  ]
  for (const [line, name, headers] of examples) {
    it(`${line}${headers === undefined ? '' : ' (copy)'} is ${name}`, () => {
      expect(match(forward, line, headers)).toBe(name)
      expect(match(backward, line, headers)).toBe(name)
    })
  }

  it('refuses a request that names two sub-resources', () => {
    expect(refusal('GET /bucket?versioning&cors')).toMatchObject({
      code: 'InvalidArgument',
      status: 400,
      message: 'Conflicting query string parameters: cors, versioning',
      fields: { ArgumentName: 'ResourceType', ArgumentValue: 'cors' },
    })
    expect(refusal('POST /bucket/key?uploads&uploadId=x').code).toBe('InvalidArgument')
    // `policy` is no route here, but says all the same that something else is meant.
    expect(refusal('GET /bucket?cors&policy').code).toBe('InvalidArgument')
  })

  // The dangerous ones: without the rule they would be CreateBucket, DeleteBucket, PutObject, GetObject.
  for (const line of [
    'PUT /bucket?policy',
    'DELETE /bucket?website',
    'PUT /bucket/key?acl',
    'GET /bucket/key?torrent',
  ]) {
    it(`does not take ${line} for an operation on the thing itself`, () => {
      expect(refusal(line)).toMatchObject({ code: 'NotImplemented', status: 501 })
    })
  }

  it('answers MethodNotAllowed where the sub-resource is known by another method', () => {
    expect(refusal('DELETE /bucket?versioning')).toMatchObject({
      code: 'MethodNotAllowed',
      fields: { Method: 'DELETE', ResourceType: 'BUCKETVERSIONING' },
    })
  })
  it('answers MethodNotAllowed where nothing has the method', () => {
    expect(refusal('POST /bucket/key')).toMatchObject({
      code: 'MethodNotAllowed',
      status: 405,
      fields: { Method: 'POST', ResourceType: 'OBJECT' },
      headers: { allow: 'DELETE, GET, HEAD, POST, PUT' },
    })
    expect(refusal('PUT /')).toMatchObject({ fields: { Method: 'PUT', ResourceType: 'SERVICE' } })
    expect(refusal('PATCH /bucket')).toMatchObject({ fields: { Method: 'PATCH', ResourceType: 'BUCKET' } })
  })
})
