import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'

/**
 * DeleteBucket: removes a bucket that holds no object, no version and no delete marker.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
 */
export const deleteBucket = defineOperation({
  name: 'DeleteBucket',
  route: { method: 'DELETE', level: 'bucket' },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:DeleteBucket', resource: bucketArn(bucket) }]
  },

  async handle({ bucket }, context) {
    const { outcome } = await context.store.deleteBucket(context.bucket)
    const fields = { BucketName: bucket }
    switch (outcome) {
      case 'deleted':
        return { status: 204 }
      case 'not-empty': {
        const message = 'The bucket you tried to delete is not empty'
        if (context.bucket.versioning === 'unversioned') throw new S3Error('BucketNotEmpty', { message, fields })
        const everything = `${message}. You must delete all versions in the bucket.`
        throw new S3Error('BucketNotEmpty', { message: everything, fields })
      }
      case 'missing':
    }
    throw new S3Error('NoSuchBucket', { fields })
  },
})
