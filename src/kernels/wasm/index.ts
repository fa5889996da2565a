// What the compiled module exports: for each algorithm its state's size, start, update and finish (SHA-256: blocks and last).
export { inputBytes, inputPointer, statePointer } from './memory'
export * from './crc32c'
export * from './crc64nvme'
export * from './xxhash64'
export * from './xxhash3'
export * from './sha256'
