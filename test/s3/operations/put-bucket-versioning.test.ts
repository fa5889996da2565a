import { describe, expect, it } from 'vitest'
import { putBucketVersioning } from '../../../src/s3/operations/put-bucket-versioning.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'
import type { Store } from '../../../src/store/store.ts'

const url = '/photos?versioning'
const configuration = (inner: string) => `<VersioningConfiguration>${inner}</VersioningConfiguration>`
const status = (value: string) => configuration(`<Status>${value}</Status>`)

interface Situation {
  objectLock?: boolean
  outcome?: 'stored' | 'missing'
}

function putting(body: string, { objectLock = false, outcome = 'stored' }: Situation = {}) {
  const set: string[] = []
  const store: Partial<Store> = {
    async setVersioning(_bucket, versioning) {
      set.push(versioning)
      return { outcome }
    },
  }
  const context = contextWith(store, { bucket: bucketRecord({ objectLock }) })
  return { set, answer: run(putBucketVersioning, url, context, { method: 'PUT', body }) }
}

describe('PutBucketVersioning', () => {
  it('needs s3:PutBucketVersioning', () => {
    expect(permissionsOf(putBucketVersioning, url, { body: status('Enabled') })).toEqual([
      's3:PutBucketVersioning arn:aws:s3:::photos',
    ])
  })

  it.each([
    [status('Enabled'), 'enabled'],
    [status('Suspended'), 'suspended'],
    [configuration('<MfaDelete>Disabled</MfaDelete><Status>Enabled</Status>'), 'enabled'],
  ])('stores %s', async (body, versioning) => {
    const { set, answer } = putting(body)
    expect(await answer).toEqual({ status: 200 })
    expect(set).toEqual([versioning])
  })

  it.each([
    ['', 'MissingRequestBodyError'],
    ['<Other/>', 'MalformedXML'],
    [configuration(''), 'IllegalVersioningConfigurationException'],
    [status('enabled'), 'MalformedXML'],
    [status('Disabled'), 'MalformedXML'],
    [configuration('<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>'), 'NotImplemented'],
    [configuration('<Status>Enabled</Status><MfaDelete>on</MfaDelete>'), 'MalformedXML'],
  ])('refuses %j', (body, code) => {
    expect(() => permissionsOf(putBucketVersioning, url, { body })).toThrow(expect.objectContaining({ code }))
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    const { answer } = putting(status('Enabled'), { outcome: 'missing' })
    await expect(answer).rejects.toMatchObject({ code: 'NoSuchBucket', fields: { BucketName: 'photos' } })
  })

  it('cannot suspend a bucket with object lock, but may enable it again', async () => {
    const { set, answer } = putting(status('Suspended'), { objectLock: true })
    await expect(answer).rejects.toMatchObject({ code: 'InvalidBucketState', status: 409 })
    expect(set).toEqual([])
    await putting(status('Enabled'), { objectLock: true }).answer
  })
})
