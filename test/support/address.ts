// Where a server is and who may use it: plain data, so that a global setup can hand it to the tests.

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
}

/** With the root's key. */
export interface Address extends Credentials {
  url: string
  dataDir: string
}
