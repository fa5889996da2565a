// Preconditions of requests. RFC 9110 section 13. No I/O, no clock.

/** Conditions of a write (PutObject, Complete, CopyObject, DeleteObject). ETags without quotes. */
export interface WriteConditions {
  ifMatch?: '*' | string[]
  ifNoneMatch?: '*' | string[]
  /** RenameObject, DeleteObject (x-amz-if-match-last-modified-time): milliseconds since 1970. */
  ifModifiedSince?: number
  ifUnmodifiedSince?: number
  /** DeleteObject x-amz-if-match-last-modified-time: equal to the second. */
  ifMatchModified?: number
  /** DeleteObject x-amz-if-match-size. */
  ifMatchSize?: number
}
