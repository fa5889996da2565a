// Keeps the access log from growing without bound.
import { copyFile, stat, truncate } from 'node:fs/promises'

const megabyte = 1024 * 1024
const defaultBytesMax = 64 * megabyte

/**
 * Moves a log that is larger than `bytesMax` to `<file>.1`, replacing the one before. workerd holds the file open for
 * appending, so it is copied and emptied; lines written between the two are lost. Resolves to whether it was moved.
 */
export async function rotateAccessLog(file: string, bytesMax = defaultBytesMax): Promise<boolean> {
  const size = await stat(file).then(
    (facts) => facts.size,
    () => 0,
  )
  if (size <= bytesMax) return false
  await copyFile(file, `${file}.1`)
  await truncate(file)
  return true
}
