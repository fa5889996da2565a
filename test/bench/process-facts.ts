// Processor time and memory of a process, from /proc: on Linux only, elsewhere nothing is known.
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html and proc_pid_status.5
import { readFileSync } from 'node:fs'

/** Clock ticks of /proc: 100 a second on every Linux that Node runs on. */
const ticksPerSecond = 100

/** User and system milliseconds used so far; null where that is not known. */
export function cpuMilliseconds(pid: number | null): number | null {
  const text = readProc(pid, 'stat')
  if (text === null) return null
  // The name, in parentheses, may hold blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}

/** Anonymous memory (heaps and buffers, not files), in bytes; null where that is not known. */
export function anonymousBytes(pid: number | null): number | null {
  const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(readProc(pid, 'status') ?? '')?.[1]
  return kibibytes === undefined ? null : Number(kibibytes) * 1024
}

function readProc(pid: number | null, file: string): string | null {
  try {
    return pid === null ? null : readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return null
  }
}
