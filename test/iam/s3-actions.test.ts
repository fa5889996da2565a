import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { s3Actions } from '../../src/iam/s3-actions.ts'

describe('s3Actions', () => {
  const levels: [action: string, level: string][] = [
    ['GetObject', 'object'],
    ['PutObject', 'object'],
    ['DeleteObjectVersion', 'object'],
    ['AbortMultipartUpload', 'object'],
    ['ListMultipartUploadParts', 'object'],
    ['GetObjectVersionTagging', 'object'],
    ['BypassGovernanceRetention', 'object'],
    ['ListBucket', 'bucket'],
    ['ListBucketVersions', 'bucket'],
    ['ListBucketMultipartUploads', 'bucket'],
    ['CreateBucket', 'bucket'],
    ['GetBucketCORS', 'bucket'],
    ['PutLifecycleConfiguration', 'bucket'],
    ['GetAccessPointPolicy', 'other'],
    ['ListAllMyBuckets', 'none'],
    ['PutAccountPublicAccessBlock', 'none'],
  ]
  for (const [action, level] of levels) {
    it(`${action} is about: ${level}`, () =>
      expect(s3Actions.get(`s3:${action.toLowerCase()}`)).toMatchObject({ name: `s3:${action}`, level }))
  }

  it('knows every action that an operation of ours asks for', () => {
    const folder = path.join(import.meta.dirname, '../../src/s3/operations')
    const asked = new Set<string>()
    for (const file of readdirSync(folder)) {
      for (const [name] of readFileSync(path.join(folder, file), 'utf8').matchAll(/s3:[A-Z]\w+/g)) asked.add(name)
    }
    expect(asked.size).toBeGreaterThan(30)
    expect([...asked].filter((name) => s3Actions.get(name.toLowerCase())?.name !== name)).toEqual([])
  })
})
