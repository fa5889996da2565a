// The AWS SDK for JavaScript against Edgeshard: what the README shows. Run it against a server started by `npm start`:
//   AWS_ENDPOINT_URL=http://127.0.0.1:9000 AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… node test/examples/sdk-quickstart.ts
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'

// Endpoint and keys come from the environment. Path style, since no DNS knows the buckets' host names.
const s3 = new S3Client({ region: 'us-east-1', forcePathStyle: true })
const Bucket = `quickstart-${Date.now()}`
const Key = 'greetings/hello.txt'

await s3.send(new CreateBucketCommand({ Bucket }))
await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'Hello, edge!', ContentType: 'text/plain' }))

const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=0-4' }))
console.log(await Body?.transformToString())

const { CommonPrefixes } = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }))
console.log(CommonPrefixes?.map(({ Prefix }) => Prefix).join(' '))

const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 })
console.log(await (await fetch(url)).text())

await s3.send(new DeleteObjectCommand({ Bucket, Key }))
await s3.send(new DeleteBucketCommand({ Bucket }))
