import { describe, expect, it } from 'vitest'
import { putBucketCors } from '../../../src/s3/operations/put-bucket-cors.ts'
import { configStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?cors'
const rule = '<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule>'
const body = `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rule}</CORSConfiguration>`

describe('PutBucketCors', () => {
  it('needs s3:PutBucketCORS', () => {
    expect(permissionsOf(putBucketCors, url, { body })).toEqual(['s3:PutBucketCORS arn:aws:s3:::photos'])
  })

  it('stores the rules as JSON', async () => {
    const { stored, store } = configStore()
    expect(await run(putBucketCors, url, contextWith(store), { method: 'PUT', body })).toEqual({ status: 200 })
    expect(stored).toEqual([['photos', 'cors', expect.any(String)]])
    expect(JSON.parse(stored[0]?.[2] ?? '')).toMatchObject([{ allowedOrigins: ['*'], allowedMethods: ['GET'] }])
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    const { store } = configStore('missing')
    const error = { code: 'NoSuchBucket', status: 404, fields: { BucketName: 'photos' } }
    await expect(run(putBucketCors, url, contextWith(store), { method: 'PUT', body })).rejects.toMatchObject(error)
  })

  it('refuses an empty body', () => {
    const error = expect.objectContaining({ code: 'MissingRequestBodyError' })
    expect(() => permissionsOf(putBucketCors, url)).toThrow(error)
  })
})
