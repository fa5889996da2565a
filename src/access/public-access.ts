// Block Public Access as it counts for a bucket: what the bucket or its account blocks is blocked.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
import type { Bucket } from '../store/buckets.ts'
