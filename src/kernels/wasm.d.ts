// Imported WebAssembly is compiled before it runs: by the Workers runtime, by esbuild's host, by Vitest's plugin.
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}
