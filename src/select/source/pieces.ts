/** Bytes in order, piece by piece. */
export interface Pieces {
  /** The next piece, never empty; null at the end. A piece is the caller's until it asks for the next one. */
  next(): Promise<Uint8Array | null>
  /** Stops reading; safe at any time and more than once. */
  close(): Promise<void>
}
