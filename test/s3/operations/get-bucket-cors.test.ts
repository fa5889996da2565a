import { describe, expect, it } from 'vitest'
import { getBucketCors } from '../../../src/s3/operations/get-bucket-cors.ts'
import { putBucketCors } from '../../../src/s3/operations/put-bucket-cors.ts'
import { bucketRecord, configStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?cors'

describe('GetBucketCors', () => {
  it('needs s3:GetBucketCORS', () => {
    expect(permissionsOf(getBucketCors, url)).toEqual(['s3:GetBucketCORS arn:aws:s3:::photos'])
  })

  it('gives back what was put', async () => {
    const rules = '<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule>'
    const { stored, store } = configStore()
    await run(putBucketCors, url, contextWith(store), { body: `<CORSConfiguration>${rules}</CORSConfiguration>` })
    const configs = Object.fromEntries(stored.map(([, name, value]) => [name, value ?? '']))
    const { body } = await run(getBucketCors, url, contextWith({}, { bucket: bucketRecord({ configs }) }))
    expect(body).toContain(`${rules}</CORSConfiguration>`)
  })

  it('answers NoSuchCORSConfiguration without any', async () => {
    const error = { code: 'NoSuchCORSConfiguration', status: 404, fields: { BucketName: 'photos' } }
    await expect(run(getBucketCors, url, contextWith())).rejects.toMatchObject(error)
  })
})
