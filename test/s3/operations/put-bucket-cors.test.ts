import { describe, expect, it } from 'vitest'
import { putBucketCors } from '../../../src/s3/operations/put-bucket-cors.ts'
import { contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?cors'
const rule = '<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule>'
const body = `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rule}</CORSConfiguration>`

describe('PutBucketCors', () => {
  it('needs s3:PutBucketCORS', () => {
    expect(permissionsOf(putBucketCors, url, { body })).toEqual(['s3:PutBucketCORS arn:aws:s3:::photos'])
  })

  it('stores the rules as JSON', async () => {
    const stored: unknown[] = []
    const store = {
      setConfig: async (_bucket: unknown, name: string, value: string | null) => void stored.push(name, value),
    }
    expect(await run(putBucketCors, url, contextWith(store), { method: 'PUT', body })).toEqual({ status: 200 })
    expect(stored[0]).toBe('cors')
    expect(JSON.parse(String(stored[1]))).toMatchObject([{ allowedOrigins: ['*'], allowedMethods: ['GET'] }])
  })

  it('refuses an empty body', () => {
    const error = expect.objectContaining({ code: 'MissingRequestBodyError' })
    expect(() => permissionsOf(putBucketCors, url)).toThrow(error)
  })
})
