// The AWS SDK for JavaScript, as it is when nothing is configured but the endpoint: checksums by default, trailers for
// streams, unsigned and over plain HTTP.
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  NoSuchKey,
  paginateListObjectsV2,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3ServiceException,
  UploadPartCopyCommand,
  CreateMultipartUploadCommand,
  CompleteMultipartUploadCommand,
} from '@aws-sdk/client-s3'
import type { ChecksumAlgorithm, GetObjectCommandInput } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { beforeAll, describe, expect, it } from 'vitest'
import { objectKeys, sampleBytes, sampleSizes } from '../support/samples.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const client = server.client()
const Bucket = uniqueBucketName('sdk')

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket }))
})

async function read(Key: string, input: Partial<GetObjectCommandInput> = {}): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...input }))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

async function put(Key: string, Body: string | Uint8Array = 'body'): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket, Key, Body }))
}

/** The code and status of the error that a call ends in. */
async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'no error'
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error
    return `${error.$metadata.httpStatusCode} ${error.name}`
  }
}

/** What a program reads from a file or a socket: pieces, and no length. */
function streamOf(bytes: Buffer): Readable {
  const pieces = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) =>
    bytes.subarray(i * 65_536, (i + 1) * 65_536),
  )
  return Readable.from(pieces)
}

describe.each(Object.entries(sampleSizes))('a body of size %s', (name, size) => {
  const bytes = sampleBytes(size)

  it('comes back as it was put', async () => {
    const { ChecksumCRC32, ETag } = await client.send(
      new PutObjectCommand({ Bucket, Key: `buffer/${name}`, Body: bytes }),
    )
    expect(ChecksumCRC32).toMatch(/^[A-Za-z0-9+/]{6}==$/)
    expect((await read(`buffer/${name}`)).equals(bytes)).toBe(true)
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: `buffer/${name}` }))
    expect([head.ContentLength, head.ETag, head.ContentEncoding]).toEqual([size, ETag, undefined])
  })

  it('comes back from a stream with a checksum in the trailer', async () => {
    const Key = `stream/${name}`
    await client.send(new PutObjectCommand({ Bucket, Key, Body: streamOf(bytes), ContentLength: size }))
    const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    expect([head.ContentLength, head.ContentEncoding]).toEqual([size, undefined])
    expect(head.ChecksumCRC32).toBeDefined()
    expect((await read(Key)).equals(bytes)).toBe(true)
  })

  it('comes back from Upload of a stream of unknown length', async () => {
    const Key = `upload/${name}`
    const upload = new Upload({ client, params: { Bucket, Key, Body: streamOf(bytes) } })
    const { ETag } = await upload.done()
    const parts = Math.ceil(size / (5 * 1024 * 1024))
    expect(ETag).toMatch(parts > 1 ? new RegExp(`^"[0-9a-f]{32}-${parts}"$`) : /^"[0-9a-f]{32}"$/)
    expect((await read(Key)).equals(bytes)).toBe(true)
  })
})

describe('keys', () => {
  it.each(objectKeys)('%j is put, read, listed, copied and deleted', async (key) => {
    const Key = `keys/${key}`
    await put(Key, key)
    expect((await read(Key)).toString()).toBe(key)
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key }))
    expect(Contents?.map((object) => object.Key)).toEqual([Key])
    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`
    await client.send(new CopyObjectCommand({ Bucket, Key: `copies/${key}`, CopySource }))
    expect((await read(`copies/${key}`)).toString()).toBe(key)
    await client.send(new DeleteObjectCommand({ Bucket, Key }))
    expect(await failure(client.send(new HeadObjectCommand({ Bucket, Key })))).toBe('404 NotFound')
  })
})

describe('what is stored with an object', () => {
  it('comes back: system and user metadata, tags, storage class', async () => {
    const given = {
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a b.txt"',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      ContentType: 'text/plain; charset=utf-8',
      Metadata: { colour: 'green', 'with-dash': 'a  b', empty: '' },
      StorageClass: 'STANDARD_IA',
    } as const
    const Key = 'metadata'
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging: 'team=a%20b&cost=1', ...given }))
    const head = await client.send(new HeadObjectCommand({ Bucket, Key }))
    expect(head).toMatchObject({ ...given, TagCount: 2 })
    const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket, Key }))
    // In no order that AWS promises.
    expect(new Map(TagSet?.map(({ Key: name, Value }) => [name, Value]))).toEqual(
      new Map([
        ['cost', '1'],
        ['team', 'a b'],
      ]),
    )
    await client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: 'k', Value: 'ü+=' }] } }))
    const again = await client.send(new GetObjectTaggingCommand({ Bucket, Key }))
    expect(again.TagSet).toEqual([{ Key: 'k', Value: 'ü+=' }])
  })

  it.each<ChecksumAlgorithm>(['CRC32', 'CRC32C', 'SHA1', 'SHA256'])('comes back: a %s checksum', async (algorithm) => {
    const Key = `checksum/${algorithm}`
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'abc', ChecksumAlgorithm: algorithm }))
    const name = `Checksum${algorithm}` as const
    const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    expect(head).toMatchObject({ [name]: expect.any(String), ChecksumType: 'FULL_OBJECT' })
    const attributes = await client.send(
      new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['Checksum', 'ObjectSize', 'ETag'] }),
    )
    expect(attributes.Checksum?.[name as 'ChecksumCRC32']).toBe(head[name as 'ChecksumCRC32'])
    expect(attributes.ObjectSize).toBe(3)
  })
})

describe('listing', () => {
  it('pages through keys and common prefixes in UTF-8 order', async () => {
    const keys = ['a', 'b/1', 'b/2', 'c', 'd/e/f', 'é', '\u{ff5e}', '\u{1f600}']
    await Promise.all(keys.map((key) => put(`list/${key}`)))
    const seen: string[] = []
    const pages = paginateListObjectsV2({ client, pageSize: 2 }, { Bucket, Prefix: 'list/', Delimiter: '/' })
    for await (const page of pages) {
      const names = [
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map((p) => p.Prefix),
      ]
      seen.push(...names.filter((name) => name !== undefined).toSorted())
    }
    expect(seen).toEqual(['a', 'b/', 'c', 'd/', 'é', '\u{ff5e}', '\u{1f600}'].map((name) => `list/${name}`))
  })

  it('is right at once after deleting many', async () => {
    const Objects = Array.from({ length: 120 }, (_, i) => ({ Key: `many/${i}` }))
    await Promise.all(Objects.map(({ Key }) => put(Key)))
    const listed = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'many/' }))
    expect(listed.KeyCount).toBe(120)
    const gone = [...Objects, { Key: 'many/never was' }]
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: gone } }))
    expect([Deleted?.length, Errors]).toEqual([121, undefined])
    const after = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'many/' }))
    expect(after.KeyCount).toBe(0)
  })
})

describe('versions', () => {
  it('are kept, listed, read by id, and brought back by removing the delete marker', async () => {
    const versioned = uniqueBucketName('sdk-versions')
    const target = { Bucket: versioned, Key: 'key' }
    await client.send(new CreateBucketCommand({ Bucket: versioned }))
    await client.send(
      new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration: { Status: 'Enabled' } }),
    )
    const first = await client.send(new PutObjectCommand({ ...target, Body: 'one' }))
    const second = await client.send(new PutObjectCommand({ ...target, Body: 'two' }))
    const marker = await client.send(new DeleteObjectCommand(target))
    expect(marker.DeleteMarker).toBe(true)
    expect(await failure(client.send(new GetObjectCommand(target)))).toBe('404 NoSuchKey')

    const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket: versioned }))
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual([second.VersionId, first.VersionId])
    expect(DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([[marker.VersionId, true]])
    const old = await client.send(new GetObjectCommand({ ...target, VersionId: first.VersionId }))
    expect(await old.Body?.transformToString()).toBe('one')
    await client.send(new DeleteObjectCommand({ ...target, VersionId: marker.VersionId }))
    const current = await client.send(new GetObjectCommand(target))
    expect(await current.Body?.transformToString()).toBe('two')
  })
})

describe('conditions', () => {
  it('make a put happen once, and replace only what was seen', async () => {
    const target = { Bucket, Key: 'condition' }
    const { ETag } = await client.send(new PutObjectCommand({ ...target, Body: '1', IfNoneMatch: '*' }))
    const again = client.send(new PutObjectCommand({ ...target, Body: '2', IfNoneMatch: '*' }))
    expect(await failure(again)).toBe('412 PreconditionFailed')
    await client.send(new PutObjectCommand({ ...target, Body: '3', IfMatch: ETag }))
    const late = client.send(new PutObjectCommand({ ...target, Body: '4', IfMatch: ETag }))
    expect(await failure(late)).toBe('412 PreconditionFailed')
    const missing = client.send(new PutObjectCommand({ Bucket, Key: 'none', Body: '4', IfMatch: ETag }))
    expect(await failure(missing)).toBe('404 NoSuchKey')
    expect((await read('condition')).toString()).toBe('3')
    expect(await failure(client.send(new DeleteObjectCommand({ ...target, IfMatch: ETag })))).toBe(
      '412 PreconditionFailed',
    )
    const fresh = client.send(new GetObjectCommand({ ...target, IfModifiedSince: new Date(Date.now() + 60_000) }))
    expect(await failure(fresh)).toMatch(/^304 /)
  })
})

describe('ranges', () => {
  it('are cut from the bytes, across parts too', async () => {
    const bytes = sampleBytes(sampleSizes.severalParts)
    const Key = 'upload/severalParts'
    const edge = 5 * 1024 * 1024
    expect((await read(Key, { Range: 'bytes=0-0' })).equals(bytes.subarray(0, 1))).toBe(true)
    expect(
      (await read(Key, { Range: `bytes=${edge - 10}-${edge + 9}` })).equals(bytes.subarray(edge - 10, edge + 10)),
    ).toBe(true)
    expect((await read(Key, { Range: 'bytes=-5' })).equals(bytes.subarray(-5))).toBe(true)
    expect((await read(Key, { PartNumber: 2 })).equals(bytes.subarray(edge, 2 * edge))).toBe(true)
    const beyond = client.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=${bytes.length}-` }))
    expect(await failure(beyond)).toBe('416 InvalidRange')
  })
})

describe('a multipart upload by copies', () => {
  it('takes parts from ranges of another object', async () => {
    const source = sampleBytes(sampleSizes.severalParts)
    const target = { Bucket, Key: 'multipart-copy' }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(target))
    const cuts = [`bytes=0-${6 * 1024 * 1024 - 1}`, `bytes=${6 * 1024 * 1024}-${source.length - 1}`]
    const Parts = await Promise.all(
      cuts.map(async (CopySourceRange, index) => {
        const CopySource = `${Bucket}/upload/severalParts`
        const PartNumber = index + 1
        const part = new UploadPartCopyCommand({ ...target, UploadId, PartNumber, CopySource, CopySourceRange })
        return { PartNumber, ETag: (await client.send(part)).CopyPartResult?.ETag }
      }),
    )
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }))
    expect((await read('multipart-copy')).equals(source)).toBe(true)
  })
})

describe('errors', () => {
  it('are the classes and names that programs look for', async () => {
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'missing' }))).rejects.toBeInstanceOf(NoSuchKey)
    const nowhere = { Bucket: uniqueBucketName('nowhere'), Key: 'k' }
    expect(await failure(client.send(new GetObjectCommand(nowhere)))).toBe('404 NoSuchBucket')
    expect(await failure(client.send(new PutObjectCommand({ ...nowhere, Body: 'x' })))).toBe('404 NoSuchBucket')
    const credentials = { accessKeyId: server.accessKeyId, secretAccessKey: 'wrongwrongwrong' }
    const wrong = server.client({ credentials })
    expect(await failure(wrong.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toBe('403 SignatureDoesNotMatch')
    try {
      await client.send(new GetObjectCommand({ Bucket, Key: 'missing' }))
    } catch (error) {
      expect((error as S3ServiceException).$metadata.requestId).toMatch(/^[0-9A-Z]{16}$/)
    }
  })
})
