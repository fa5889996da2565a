// Checksums of objects made of several writes: combined for whole-object CRCs, digests of digests for composite ones.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
import { combineCrcs, type CombinableAlgorithm } from '../kernels/crc-combine.ts'
import { digestOnce } from '../kernels/digest.ts'
import type { Checksum, CompleteCommand, CompleteOutcome, PartFacts, UploadFacts } from './rpc.ts'

type Fault = Extract<
  CompleteOutcome,
  { outcome: 'part-checksum-missing' | 'checksum-mismatch' | 'checksum-type-mismatch' }
>

/** The completed object's checksum; null when its parts cannot give one (the client named none at creation). */
export async function completedChecksum(
  upload: UploadFacts,
  parts: PartFacts[],
  command: CompleteCommand,
): Promise<Checksum | Fault | null> {
  const algorithm = upload.checksumAlgorithm ?? commonAlgorithm(parts)
  if (algorithm === null) return null
  const type = upload.checksumType ?? (upload.checksumAlgorithm === null ? 'FULL_OBJECT' : defaultType(algorithm))
  if (command.checksumType !== null && command.checksumType !== type) {
    return { outcome: 'checksum-type-mismatch', expected: type, actual: command.checksumType }
  }
  const missing = missingPart(parts, algorithm)
  if (missing !== null) return { outcome: 'part-checksum-missing', partNumber: missing }
  const value = type === 'FULL_OBJECT' ? fullObject(algorithm, parts) : await composite(algorithm, parts)
  const given = command.checksum
  if (
    given !== null &&
    (given.algorithm !== algorithm || (given.value !== value && given.value !== value.split('-')[0]))
  ) {
    return { outcome: 'checksum-mismatch', algorithm: given.algorithm }
  }
  return { algorithm, type, value }
}

/** After an append: the whole's CRC where both pieces have one of a kind. */
export function combineAppended(
  [before, beforeSize]: [Checksum | null, number],
  [added, addedSize]: [Checksum | null, number],
): Checksum | null {
  if (before === null || added === null || before.type !== 'FULL_OBJECT' || before.algorithm !== added.algorithm)
    return null
  if (!isCombinable(before.algorithm)) return null
  const parts = [
    { crc: decode(before.value), length: beforeSize },
    { crc: decode(added.value), length: addedSize },
  ]
  return { algorithm: before.algorithm, type: 'FULL_OBJECT', value: encode(combineCrcs(before.algorithm, parts)) }
}

/** AWS's default for an algorithm named at CreateMultipartUpload without a type. */
function defaultType(algorithm: Checksum['algorithm']): Checksum['type'] {
  return algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE'
}

/** Uploads that named no algorithm: the one all parts happen to carry, if it can be combined. */
function commonAlgorithm(parts: PartFacts[]): Checksum['algorithm'] | null {
  const algorithm = parts[0]?.checksum?.algorithm ?? null
  if (algorithm === null || !isCombinable(algorithm)) return null
  return parts.every((part) => part.checksum?.algorithm === algorithm) ? algorithm : null
}

/** The first part without the checksum it needs. What the client lists for a part may leave it out. */
function missingPart(parts: PartFacts[], algorithm: Checksum['algorithm']): number | null {
  return parts.find((part) => part.checksum?.algorithm !== algorithm)?.partNumber ?? null
}

function fullObject(algorithm: Checksum['algorithm'], parts: PartFacts[]): string {
  if (!isCombinable(algorithm)) throw new Error(`${algorithm} cannot be combined`)
  const crcs = parts.map((part) => ({ crc: decode(part.checksum?.value ?? ''), length: part.size }))
  return encode(combineCrcs(algorithm, crcs))
}

function isCombinable(algorithm: Checksum['algorithm']): algorithm is CombinableAlgorithm {
  return algorithm === 'CRC32' || algorithm === 'CRC32C' || algorithm === 'CRC64NVME'
}

async function composite(algorithm: Checksum['algorithm'], parts: PartFacts[]): Promise<string> {
  const digests = parts.map((part) => decode(part.checksum?.value ?? ''))
  return `${encode(await digestOnce(algorithm, Buffer.concat(digests)))}-${parts.length}`
}

function decode(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64')
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
