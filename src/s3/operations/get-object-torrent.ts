import { S3Error } from '../../errors.ts'
import { objectArn } from '../../iam/permission.ts'
import { existingVersion } from '../existing-version.ts'
import { defineOperation } from '../operation.ts'

/**
 * GetObjectTorrent: AWS makes no torrents any more, and there never is one here.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTorrent.html
 */
export const getObjectTorrent = defineOperation({
  name: 'GetObjectTorrent',
  route: { method: 'GET', level: 'object', query: { torrent: true } },

  parse({ address }) {
    return { bucket: address.bucket, key: address.key }
  },

  permissions({ bucket, key }) {
    return [{ action: 's3:GetObjectTorrent', resource: objectArn(bucket, key) }]
  },

  async handle({ key }, context) {
    await existingVersion(context, { key, versionId: null })
    throw new S3Error('NoSuchKey', { fields: { Key: key }, reason: 'There are no torrents' })
  },
})
