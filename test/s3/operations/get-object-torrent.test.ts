import { describe, expect, it } from 'vitest'
import { getObjectTorrent } from '../../../src/s3/operations/get-object-torrent.ts'
import { contextWith, foundObject, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos/a.jpg?torrent'

describe('GetObjectTorrent', () => {
  it('needs s3:GetObjectTorrent', () => {
    expect(permissionsOf(getObjectTorrent, url)).toEqual(['s3:GetObjectTorrent arn:aws:s3:::photos/a.jpg'])
  })

  it.each([foundObject(), { open: async () => ({ outcome: 'missing' as const }) }])(
    'answers NoSuchKey, whether or not there is an object (%#)',
    async (store) => {
      const error = { code: 'NoSuchKey', fields: { Key: 'a.jpg' } }
      await expect(run(getObjectTorrent, url, contextWith(store))).rejects.toMatchObject(error)
    },
  )
})
