// What a killed workerd leaves behind: its disk service writes into `.kj-tmp.*` and renames at the end.
import { opendir, rm, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Removes temporary files last written before `startedAt` (ms since 1970); returns how many. No running writer has one
 * that old. Folders that vanish meanwhile are passed over.
 */
export async function removeLeftovers(folder: string, startedAt: number): Promise<number> {
  let removed = 0
  for (const pending = [folder]; pending.length > 0;) {
    const current = pending.pop() ?? folder
    const entries = await opendir(current).catch(() => null)
    if (entries === null) continue
    for await (const entry of entries) {
      const name = path.join(current, entry.name)
      if (entry.isDirectory()) pending.push(name)
      else if (entry.name.startsWith('.kj-tmp.') && (await isOlder(name, startedAt))) {
        await rm(name, { force: true })
        removed++
      }
    }
  }
  return removed
}

async function isOlder(file: string, time: number): Promise<boolean> {
  const facts = await stat(file).catch(() => null)
  return facts !== null && facts.mtimeMs < time
}
