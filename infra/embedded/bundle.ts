// Builds the Worker out of src/ with esbuild. The result is kept under dist/worker/<hash of all that goes in>, so a
// start without changes builds nothing.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Plugin } from 'esbuild'

export interface Bundle {
  /** Holds worker.js, its source map, and the .wasm modules it imports. */
  folder: string
  entry: string
  /** Absolute paths. */
  wasmFiles: string[]
}

const projectRoot = path.join(import.meta.dirname, '..', '..')
/** What of the Worker is only there on one machine. */
const local = path.join(import.meta.dirname, 'local')
const builds = path.join(projectRoot, 'dist', 'worker')
/** Builds of other sources are removed after this time, not at once: another server may be starting from them. */
const staleBuildMilliseconds = 24 * 3600 * 1000

/** The Worker of `entryFile`, built unless its build is there. Safe to run several times at once. */
export async function bundleWorker(entryFile = path.join(local, 'worker.ts')): Promise<Bundle> {
  const folder = path.join(builds, hashOfInputs(entryFile))
  if (!existsSync(folder)) {
    mkdirSync(builds, { recursive: true })
    removeStaleBuilds()
    const temporary = `${folder}.${process.pid}.new`
    await build(entryFile, temporary)
    try {
      renameSync(temporary, folder)
    } catch (error) {
      // Somebody else finished the same build first.
      if (!existsSync(folder)) throw error
      rmSync(temporary, { recursive: true, force: true })
    }
  }
  const wasmFiles = readdirSync(folder).filter((name) => name.endsWith('.wasm'))
  return {
    folder,
    entry: path.join(folder, 'worker.js'),
    wasmFiles: wasmFiles.map((name) => path.join(folder, name)),
  }
}

async function build(entryFile: string, folder: string): Promise<void> {
  // esbuild is loaded only when there is something to build.
  const esbuild = await import('esbuild')
  await esbuild.build({
    entryPoints: { worker: entryFile },
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:*', 'node:*'],
    sourcemap: 'linked',
    logLevel: 'warning',
    plugins: [wasmModules(folder)],
  })
}

/** `import module from './x.wasm'` stays an import of a module of its own: workerd compiles no Wasm from bytes. */
function wasmModules(folder: string): Plugin {
  return {
    name: 'wasm-modules',
    setup(hooks) {
      hooks.onResolve({ filter: /\.wasm$/ }, ({ path: specifier, resolveDir }) => {
        const isFile = specifier.startsWith('.')
        const file = isFile ? path.resolve(resolveDir, specifier) : path.join(projectRoot, 'node_modules', specifier)
        const bytes = readFileSync(file)
        const name = `${path.basename(specifier, '.wasm')}-${sha256([bytes]).slice(0, 8)}.wasm`
        mkdirSync(folder, { recursive: true })
        writeFileSync(path.join(folder, name), bytes)
        return { path: `./${name}`, external: true }
      })
    },
  }
}

function hashOfInputs(entryFile: string): string {
  const sources = new Set([path.dirname(entryFile), path.join(projectRoot, 'src'), local].flatMap(filesUnder))
  const files = [...sources, path.join(projectRoot, 'package-lock.json'), import.meta.filename]
  const parts = files.flatMap((file) => [path.relative(projectRoot, file), '\0', readFileSync(file), '\0'])
  return sha256([path.relative(projectRoot, entryFile), '\0', ...parts]).slice(0, 16)
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
}

function removeStaleBuilds(): void {
  for (const name of readdirSync(builds)) {
    const folder = path.join(builds, name)
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > staleBuildMilliseconds) rmSync(folder, { recursive: true, force: true })
  }
}

function sha256(parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
