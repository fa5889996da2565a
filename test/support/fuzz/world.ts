// Two accounts: the victim's data, which nobody but the victim may see or change, and the attacker's, which the fuzzer uses up.
import * as s3 from '@aws-sdk/client-s3'
import type { S3Client } from '@aws-sdk/client-s3'
import type { Account } from '../endpoint.ts'
import type { TestServer } from '../server.ts'

export interface World {
  host: string
  attacker: Account
  victim: Account
  /** The attacker's own buckets: plain, versioned, with CORS rules. */
  own: readonly string[]
  /** The victim's: plain and versioned. Their names are no secret. */
  foreign: readonly string[]
  /** Keys that exist in every bucket; the victim's `shared` holds nothing worth protecting. */
  keys: readonly string[]
  /** Of the attacker's own buckets; renewed by `tend`. */
  uploads: { bucket: string; key: string; uploadId: string; etag: string }[]
  versionIds: string[]
  etags: string[]
  /** Texts of the victim's: none may be in an answer whose request did not hold it. */
  canaries: readonly string[]
}

const keys = ['known', 'shared', 'big', 'a/b/c', 'a b+c']
const own = ['fuzz-own-plain', 'fuzz-own-versioned', 'fuzz-own-cors']
const foreign = ['fuzz-victim-plain', 'fuzz-victim-versioned']

export async function createWorld(server: TestServer, seed: number): Promise<World> {
  const marker = `canary${seed.toString(36)}x${server.port}`
  const attacker = await server.account('attacker')
  const victim = await server.account(`${marker}-name`)
  const learnt = await fillVictim(victim.client, marker)
  const { Owner } = await victim.client.send(new s3.ListBucketsCommand({}))
  const canaries = [marker, victim.accountId, Owner?.ID ?? marker, victim.accessKeyId, ...learnt]
  const host = `127.0.0.1:${server.port}`
  const world: World = { host, attacker, victim, own, foreign, keys, uploads: [], versionIds: [], etags: [], canaries }
  await tend(world)
  return world
}

/** Makes the victim's buckets; returns ETags, version ids and upload ids, which are nobody's business either. */
async function fillVictim(client: S3Client, marker: string): Promise<string[]> {
  const learnt: (string | undefined)[] = []
  for (const [index, Bucket] of foreign.entries()) {
    await client.send(new s3.CreateBucketCommand({ Bucket }))
    const TagSet = [{ Key: `${marker}-tag`, Value: `${marker}-value` }]
    await client.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    await client.send(new s3.PutObjectCommand({ Bucket, Key: 'shared', Body: 'nothing worth protecting' }))
    if (index === 1) await enableVersions(client, Bucket)
    for (const Key of [...keys.filter((key) => key !== 'shared'), `${marker}-key`, `secret/${marker}/key`]) {
      const Body = `${marker}-body-of-${Key}\n`.repeat(Key === 'big' ? 12_000 : 3)
      const Metadata = { note: `${marker}-metadata` }
      const put = () => client.send(new s3.PutObjectCommand({ Bucket, Key, Body, Metadata, Tagging: `${marker}=1` }))
      for (const { ETag, VersionId } of [await put(), await put()]) learnt.push(ETag?.slice(1, -1), VersionId)
    }
    const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: `${marker}-upload` }))
    const part = { Bucket, Key: `${marker}-upload`, UploadId, PartNumber: 1, Body: `${marker}-part` }
    const { ETag } = await client.send(new s3.UploadPartCommand(part))
    learnt.push(UploadId, ETag?.slice(1, -1))
  }
  return learnt.filter((text) => text !== undefined && text.length > 8) as string[]
}

/** Makes again what the requests before have used up: every generator finds buckets, objects, versions and uploads. */
export async function tend(world: World): Promise<void> {
  const { client } = world.attacker
  const versionIds: (string | undefined)[] = []
  const etags: (string | undefined)[] = []
  world.uploads = []
  for (const Bucket of own) {
    await client.send(new s3.CreateBucketCommand({ Bucket })).catch(unless('BucketAlreadyOwnedByYou'))
    if (Bucket === 'fuzz-own-versioned') await enableVersions(client, Bucket)
    if (Bucket === 'fuzz-own-cors') await allowOrigins(client, Bucket)
    for (const Key of keys) {
      const Body = Key === 'big' ? 'x'.repeat(300 * 1024) : 'content of an object'
      const { ETag, VersionId } = await client.send(new s3.PutObjectCommand({ Bucket, Key, Body }))
      etags.push(ETag)
      versionIds.push(VersionId)
    }
    for (let count = 0; count < 4; count++) await startUpload(world, Bucket)
  }
  world.versionIds = ['null', ...versionIds.filter((id) => id !== undefined)]
  world.etags = etags.filter((etag) => etag !== undefined)
}

async function startUpload({ attacker: { client }, uploads }: World, Bucket: string): Promise<void> {
  const { UploadId = '' } = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: 'upload' }))
  const part = { Bucket, Key: 'upload', UploadId, PartNumber: 1, Body: 'x'.repeat(1000) }
  const { ETag = '' } = await client.send(new s3.UploadPartCommand(part))
  uploads.push({ bucket: Bucket, key: 'upload', uploadId: UploadId, etag: ETag })
}

async function enableVersions(client: S3Client, Bucket: string): Promise<void> {
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await client.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
}

async function allowOrigins(client: S3Client, Bucket: string): Promise<void> {
  const rule = { AllowedOrigins: ['http://*.example.com'], AllowedMethods: ['GET', 'PUT'], AllowedHeaders: ['*'] }
  await client.send(new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }))
}

function unless(name: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error) || error.name !== name) throw error
  }
}

/** Everything of the victim's as the victim sees it: equal before and after. */
export async function victimData({ victim: { client } }: World): Promise<unknown[]> {
  const data: unknown[] = []
  for (const Bucket of foreign) {
    data.push((await client.send(new s3.GetBucketTaggingCommand({ Bucket }))).TagSet)
    data.push((await client.send(new s3.GetBucketVersioningCommand({ Bucket }))).Status)
    data.push((await client.send(new s3.ListMultipartUploadsCommand({ Bucket }))).Uploads)
    const { Versions = [], DeleteMarkers } = await client.send(new s3.ListObjectVersionsCommand({ Bucket }))
    data.push(DeleteMarkers)
    for (const version of Versions) {
      const { Key, VersionId } = version
      const { Body, Metadata, ContentType } = await client.send(new s3.GetObjectCommand({ Bucket, Key, VersionId }))
      const { TagSet } = await client.send(new s3.GetObjectTaggingCommand({ Bucket, Key, VersionId }))
      data.push([version, await Body?.transformToString(), Metadata, ContentType, TagSet])
    }
  }
  const { Buckets } = await client.send(new s3.ListBucketsCommand({}))
  return [...data, Buckets]
}
