// The command line clients the integration tests drive, and how to run them: nothing of the user's own configuration.
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import type { Credentials } from './address.ts'

export type ClientName = 'aws' | 'rclone' | 's3cmd' | 's3fs' | 'boto3' | 'curl'

/** How a client is called, or why its tests are skipped. */
export type ClientResult = { command: string } | { skip: string }

export interface CommandResult {
  code: number | null
  stdout: string
  stderr: string
}

/** Finds a client on PATH. For boto3, a Python that can import it. */
export async function findClient(name: ClientName): Promise<ClientResult> {
  if (name !== 'boto3') {
    const [command] = commandsOnPath(name)
    return command === undefined ? { skip: `${name} is not on PATH` } : { command }
  }
  for (const command of commandsOnPath('python3')) {
    const { code } = await runCommand(command, ['-c', 'import boto3'])
    if (code === 0) return { command }
  }
  return { skip: 'no python3 on PATH can import boto3' }
}

/** Environment for the AWS CLI and boto3 in their default configuration, against `url`. */
export function awsEnvironment(url: string, credentials: Credentials): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_PAGER: '',
  }
}

/** Environment for rclone: a remote named `edge:`. */
export function rcloneEnvironment(url: string, credentials: Credentials): Record<string, string> {
  return {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_EDGE_TYPE: 's3',
    RCLONE_CONFIG_EDGE_PROVIDER: 'Other',
    RCLONE_CONFIG_EDGE_ENDPOINT: url,
    RCLONE_CONFIG_EDGE_REGION: 'us-east-1',
    RCLONE_CONFIG_EDGE_ACCESS_KEY_ID: credentials.accessKeyId,
    RCLONE_CONFIG_EDGE_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  }
}

/** First arguments of every s3cmd call: no configuration file, path-style addresses. */
export function s3cmdArguments(url: string, credentials: Credentials): string[] {
  const { host } = new URL(url)
  return [
    '--config=/dev/null',
    `--access_key=${credentials.accessKeyId}`,
    `--secret_key=${credentials.secretAccessKey}`,
    `--host=${host}`,
    `--host-bucket=${host}`,
    '--no-ssl',
  ]
}

/** Runs a command without the user's AWS environment; never throws for an exit code. */
export function runCommand(
  command: string,
  args: string[],
  { environment = {}, input = '' }: { environment?: Record<string, string>; input?: string | Uint8Array } = {},
): Promise<CommandResult> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')))
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...inherited, ...environment } })
    const stdout: Uint8Array[] = []
    const stderr: Uint8Array[] = []
    child.stdout.on('data', (chunk: Uint8Array) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Uint8Array) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout: text(stdout), stderr: text(stderr) }))
    // A command that does not read its input closes the pipe.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

function commandsOnPath(name: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  return folders.map((folder) => path.join(folder, name)).filter(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function text(chunks: Uint8Array[]): string {
  return Buffer.concat(chunks).toString('utf8')
}
