// A request before it is signed. Texts hold one character for each byte, so that any byte can be sent.
import type { Credentials } from '../address.ts'

export type Field = [name: string, value: string]

export interface Draft {
  /** Which generator made it. */
  label: string
  method: string
  /** With its leading slash, encoded as it is to be sent. */
  path: string
  /** Without the question mark; empty for none. */
  query: string
  headers: Field[]
  /** The Host header; the server's own without. */
  host?: string
  body: Uint8Array
  /** Null: nobody signs. */
  signer: Credentials | null
  place: 'header' | 'query'
  /** x-amz-content-sha256; `hashed` is the body's own hash. */
  payload: string
  /** How the body is announced; `none` leaves that to `headers`. */
  framing: 'length' | 'chunked' | 'none'
  /** Frames the body once the request's signature is known. */
  frame?: ((body: Uint8Array, signed: Signed) => Uint8Array) | undefined
  /** Changes the request after it was signed. */
  tamper?: (draft: Draft) => void
  /** Changes the bytes that are sent. */
  garble?: (bytes: Buffer) => Buffer
  /** Its signature, or one inside its body, need not fit. */
  isForged?: boolean
  /** How the request line names its target. */
  absolute?: boolean
}

/** What chunk signatures are chained to. */
export interface Signed {
  signature: string
  timestamp: string
  scope: string
  key: Uint8Array
}

/** UTF-8 of a text, one character for each byte. */
export function octets(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** Percent-encodes everything but RFC 3986's unreserved characters, of a text with one character for each byte. */
export function percentEncode(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9\-._~]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
}
