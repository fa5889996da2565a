// Regions and location constraints. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html

/** The region a location constraint stands for: none is us-east-1, `EU` is what eu-west-1 was called first. */
export function regionOf(location: string): string {
  if (location === '') return 'us-east-1'
  return location === 'EU' ? 'eu-west-1' : location
}

/** The location constraint kept for a bucket made in that region without naming one. `auto` counts as us-east-1. */
export function locationOf(region: string): string {
  return region === 'us-east-1' || region === 'auto' ? '' : region
}
