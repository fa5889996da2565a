import { describe, expect, it } from 'vitest'
import { notImplementedOperations } from '../../src/s3/not-implemented.ts'
import { contextWith, permissionsOf, run } from '../support/bucket-store.ts'

describe('operations that are not implemented', () => {
  it.each(notImplementedOperations.map((operation) => [operation.name, operation] as const))(
    '%s says so, after its permission was asked for',
    async (name, operation) => {
      const url = operation.route.level === 'object' ? '/photos/a.jpg' : '/photos'
      const [permission = ''] = permissionsOf(operation, url)
      expect(permission).toMatch(/^s3:[A-Z][A-Za-z]+ arn:aws:s3:::photos(\/a\.jpg)?$/)
      expect(permission.endsWith('/a.jpg')).toBe(operation.route.level === 'object')
      await expect(run(operation, url, contextWith())).rejects.toMatchObject({
        code: 'NotImplemented',
        status: 501,
        message: `The operation ${name} is not implemented`,
      })
    },
  )
})
