// Compiles src/kernels/wasm/*.ts to src/kernels/wasm/kernels.wasm with the pinned AssemblyScript compiler.
//   node infra/build-kernels.mjs           writes the binary
//   node infra/build-kernels.mjs --check   fails when the committed binary is not the sources'
// The same sources and compiler always give the same bytes; test/kernels/build-kernels.test.ts holds the committed file to it.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

const folder = fileURLToPath(new URL('../src/kernels/wasm/', import.meta.url))

/** The compiled module's bytes. */
async function buildKernels() {
  let binary = null
  const { error } = await main(
    // No runtime: the kernels hold no objects, only fixed regions. SIMD is in every V8 since 2021.
    [
      'index.ts',
      '--baseDir',
      folder,
      '--outFile',
      'kernels.wasm',
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
        if (name.endsWith('.wasm')) binary = contents
      },
    },
  )
  if (error || binary === null) throw new Error('The kernels do not compile', { cause: error })
  return binary
}

const path = `${folder}kernels.wasm`
const binary = await buildKernels()
if (process.argv[2] !== '--check') {
  await writeFile(path, binary)
  console.log(`src/kernels/wasm/kernels.wasm: ${binary.length} bytes`)
} else if ((await readFile(path)).equals(binary)) {
  console.log('src/kernels/wasm/kernels.wasm is up to date')
} else {
  console.error('src/kernels/wasm/kernels.wasm is not what its sources compile to: run node infra/build-kernels.mjs')
  process.exitCode = 1
}
