// The compiled kernels (sources in ./wasm): one instance serves the isolate. Every use of it is synchronous, and leaves
// nothing behind in its two regions.
import module from './wasm/kernels.wasm'

export const kernels = new WebAssembly.Instance(module).exports

const { inputBytes, inputPointer, statePointer } = numbersOf('inputBytes', 'inputPointer', 'statePointer')

/** The regions: input of so many bytes, and state. */
export { inputBytes, inputPointer, statePointer }

/** The kernels never grow their memory, so this view stays valid. */
export const memory = new Uint8Array((kernels['memory'] as WebAssembly.Memory).buffer)

function numbersOf<Name extends string>(...names: Name[]): Record<Name, number> {
  const entries = names.map((name) => [name, (kernels[name] as WebAssembly.Global).value as number])
  return Object.fromEntries(entries) as Record<Name, number>
}
