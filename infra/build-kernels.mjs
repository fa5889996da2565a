// Compiles the kernels' AssemblyScript sources with the pinned compiler: one .wasm beside each of these files.
//   node infra/build-kernels.mjs           writes the binaries
//   node infra/build-kernels.mjs --check   fails when a committed binary is not its sources'
// The same sources and compiler always give the same bytes; test/kernels/build-kernels.test.ts holds the committed files to it.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

const modules = [
  { folder: 'src/kernels/wasm/', source: 'index.ts', binary: 'kernels.wasm' },
  { folder: 'src/kernels/select/wasm/', source: 'index.ts', binary: 'select.wasm' },
  { folder: 'src/kernels/select/wasm/', source: 'callback.ts', binary: 'callback.wasm' },
]

/** The compiled module's bytes. */
async function compile({ folder, source, binary }) {
  let bytes = null
  const { error } = await main(
    // No runtime: the kernels hold no objects, only regions of memory. SIMD is in every V8 since 2021.
    [
      source,
      '--baseDir',
      fileURLToPath(new URL(`../${folder}`, import.meta.url)),
      '--outFile',
      binary,
      '-O3',
      '--converge',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
    ],
    {
      stderr: process.stderr,
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) bytes = contents
      },
    },
  )
  if (error || bytes === null) throw new Error(`${folder}${source} does not compile`, { cause: error })
  return bytes
}

for (const module of modules) {
  const name = `${module.folder}${module.binary}`
  const path = fileURLToPath(new URL(`../${name}`, import.meta.url))
  const bytes = await compile(module)
  if (process.argv[2] !== '--check') {
    await writeFile(path, bytes)
    console.log(`${name}: ${bytes.length} bytes`)
  } else if ((await readFile(path)).equals(bytes)) {
    console.log(`${name} is up to date`)
  } else {
    console.error(`${name} is not what its sources compile to: run node infra/build-kernels.mjs`)
    process.exitCode = 1
  }
}
