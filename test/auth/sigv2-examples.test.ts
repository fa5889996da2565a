// AWS's worked examples of Signature Version 2, by their names on the page "Signing and authenticating REST requests":
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
import { describe, expect, it } from 'vitest'
import { anyClaim, parseClaim } from '../../src/auth/credential.ts'
import { stringsToSignV2 } from '../../src/auth/request-forms-v2.ts'
import { sha1Key, signatureV2, signatureV2Matches } from '../../src/auth/sigv2.ts'
import { accessKeyId, authRequest, secret } from './doubles.ts'

interface Example {
  name: string
  method: string
  target: string
  hostBucket: string | null
  headers: Record<string, string>
  toSign: string
  signature: string
}

const uploadHeaders = {
  date: 'Tue, 27 Mar 2007 21:06:08 +0000',
  'x-amz-acl': 'public-read',
  'content-type': 'application/x-download',
  'content-md5': '4gJE4saaMU4BqNR0kLY+lw==',
  // The runtime joins repeated headers like this.
  'x-amz-meta-reviewedby': 'joe@example.com, jane@example.com',
  'x-amz-meta-filechecksum': '0x02661779',
  'x-amz-meta-checksumalgorithm': 'crc32',
  'content-disposition': 'attachment; filename=database.dat',
  'content-encoding': 'gzip',
  'content-length': '5913339',
}

const examples: Example[] = [
  {
    name: 'Object GET',
    method: 'GET',
    target: '/photos/puppy.jpg',
    hostBucket: 'awsexamplebucket1',
    headers: { date: 'Tue, 27 Mar 2007 19:36:42 +0000' },
    toSign: 'GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n/awsexamplebucket1/photos/puppy.jpg',
    signature: 'qgk2+6Sv9/oM7G3qLEjTH1a1l1g=',
  },
  {
    name: 'Object PUT',
    method: 'PUT',
    target: '/photos/puppy.jpg',
    hostBucket: 'awsexamplebucket1',
    headers: { 'content-type': 'image/jpeg', 'content-length': '94328', date: 'Tue, 27 Mar 2007 21:15:45 +0000' },
    toSign: 'PUT\n\nimage/jpeg\nTue, 27 Mar 2007 21:15:45 +0000\n/awsexamplebucket1/photos/puppy.jpg',
    signature: 'iqRzw+ileNPu1fhspnRs8nOjjIA=',
  },
  {
    name: 'List',
    method: 'GET',
    target: '/?prefix=photos&max-keys=50&marker=puppy',
    hostBucket: 'awsexamplebucket1',
    headers: { 'user-agent': 'Mozilla/5.0', date: 'Tue, 27 Mar 2007 19:42:41 +0000' },
    toSign: 'GET\n\n\nTue, 27 Mar 2007 19:42:41 +0000\n/awsexamplebucket1/',
    signature: 'm0WP8eCtspQl5Ahe6L1SozdX9YA=',
  },
  {
    name: 'Fetch',
    method: 'GET',
    target: '/?acl',
    hostBucket: 'awsexamplebucket1',
    headers: { date: 'Tue, 27 Mar 2007 19:44:46 +0000' },
    toSign: 'GET\n\n\nTue, 27 Mar 2007 19:44:46 +0000\n/awsexamplebucket1/?acl',
    signature: '82ZHiFIjc+WbcwFKGUVEQspPn+0=',
  },
  {
    name: 'DELETE',
    method: 'DELETE',
    target: '/awsexamplebucket1/photos/puppy.jpg',
    hostBucket: null,
    headers: { 'user-agent': 'dotnet', date: 'Tue, 27 Mar 2007 21:20:26 +0000' },
    toSign: 'DELETE\n\n\nTue, 27 Mar 2007 21:20:26 +0000\n/awsexamplebucket1/photos/puppy.jpg',
    signature: 'XbyTlbQdu9Xw5o8P4iMwPktxQd8=',
  },
  {
    name: 'Upload',
    method: 'PUT',
    target: '/db-backup.dat.gz',
    hostBucket: 'static.example.com',
    headers: uploadHeaders,
    toSign:
      'PUT\n4gJE4saaMU4BqNR0kLY+lw==\napplication/x-download\nTue, 27 Mar 2007 21:06:08 +0000\nx-amz-acl:public-read\nx-amz-meta-checksumalgorithm:crc32\nx-amz-meta-filechecksum:0x02661779\nx-amz-meta-reviewedby:joe@example.com,jane@example.com\n/static.example.com/db-backup.dat.gz',
    signature: 'jtBQa0Aq+DkULFI8qrpwIjGEx0E=',
  },
  {
    name: 'List All My Buckets',
    method: 'GET',
    target: '/',
    hostBucket: null,
    headers: { date: 'Wed, 28 Mar 2007 01:29:59 +0000' },
    toSign: 'GET\n\n\nWed, 28 Mar 2007 01:29:59 +0000\n/',
    signature: 'qGdzdERIC03wnaRNKh6OqZehG9s=',
  },
  {
    name: 'Unicode Keys',
    method: 'GET',
    target: '/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re',
    hostBucket: null,
    headers: { date: 'Wed, 28 Mar 2007 01:49:49 +0000' },
    toSign: 'GET\n\n\nWed, 28 Mar 2007 01:49:49 +0000\n/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re',
    signature: 'DNEZGsoieTZ92F3bUfSPQcbGmlM=',
  },
  {
    name: 'Query String Request Authentication',
    method: 'GET',
    target: `/photos/puppy.jpg?AWSAccessKeyId=${accessKeyId}&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620`,
    hostBucket: 'johnsmith',
    headers: {},
    toSign: 'GET\n\n\n1175139620\n/johnsmith/photos/puppy.jpg',
    signature: 'NpgCjnDzrM+WFzoENXmpNDUsSn8=',
  },
]

describe("AWS's worked examples", () => {
  it.each(examples)('$name', async ({ method, target, hostBucket, headers, toSign, signature }) => {
    const [path = '', query = ''] = target.split('?')
    const isQuery = query.includes('Signature=')
    const request = authRequest({
      method,
      headers: isQuery ? headers : { ...headers, authorization: `AWS ${accessKeyId}:${signature}` },
    })
    const found = parseClaim(request.headers, query, anyClaim)
    if (found.kind !== 'signed-v2') throw new Error('not a claim of Version 2')
    const strings = [...stringsToSignV2({ ...request, hostBucket }, { path, query }, found.claim)]
    expect(strings).toContain(toSign)
    expect(found.claim.signature).toBe(signature)
    const key = await sha1Key(secret)
    expect(await signatureV2(key, toSign)).toBe(signature)
    expect(await signatureV2Matches(key, toSign, signature)).toBe(true)
  })
})
