declare module 'sql.js/dist/sql-wasm-browser.js' {
  const initialise: (options: object) => Promise<object>
  export default initialise
}
