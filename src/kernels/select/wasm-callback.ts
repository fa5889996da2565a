import module from './wasm/callback.wasm'

/** A function of i32 parameters that gives nothing back. */
export type Callback = (...values: number[]) => void

/**
 * A JavaScript function of one or three parameters as a function of WebAssembly, which is what `WebAssembly.Table` takes.
 * Workers refuse to compile a module for it at run time, so this one is compiled before.
 */
export function wasmCallback(callback: Callback): Callback {
  const { exports } = new WebAssembly.Instance(module, { callback: { one: callback, three: callback } })
  const wrapped = exports[callback.length === 1 ? 'one' : 'three']
  if (typeof wrapped !== 'function' || (callback.length !== 1 && callback.length !== 3)) {
    throw new TypeError('Callbacks have one parameter or three')
  }
  return wrapped as Callback
}
