/** Bytes in order, piece by piece. One asks for the next piece when it has done with the one before. */
export interface Pieces {
  /** The next piece, never empty; null at the end. The caller owns it. */
  next(): Promise<Uint8Array | null>
  /** Stops reading; safe at any time and more than once. */
  close(): Promise<void>
}
