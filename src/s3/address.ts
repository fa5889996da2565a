// URL and Host → what the request points at. Pure.

export type Level = 'service' | 'bucket' | 'object'

export type Address =
  | { level: 'service' }
  | { level: 'bucket'; bucket: string }
  | { level: 'object'; bucket: string; key: string }

export type AddressAt<L extends Level> = Extract<Address, { level: L }>
