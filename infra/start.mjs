// `npm start` and every other script: installs what is missing, then runs the task on the project's own Node.
// Plain JavaScript for Node 20. Usage: node infra/start.mjs [serve | build | test | check | bench | <tool> ...arguments]
import { spawn, spawnSync } from 'node:child_process'
import { lstatSync, readFileSync, realpathSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { nodeBinary, projectRoot } from './node-binary.mjs'

const tasks = {
  serve: ['infra/embedded/main.ts'],
  build: ['infra/build.ts'],
  test: ['infra/test.ts'],
  check: ['infra/test.ts', '--quick'],
  bench: ['test/bench/run.ts'],
  wrangler: ['node_modules/wrangler/bin/wrangler.js'],
  oxfmt: ['node_modules/oxfmt/bin/oxfmt'],
  kernels: ['infra/build-kernels.mjs'],
  vitest: ['node_modules/vitest/vitest.mjs'],
}

const [task = 'serve', ...rest] = process.argv.slice(2)
if (!Object.hasOwn(tasks, task)) fail(`There is no task "${task}"; there are ${Object.keys(tasks).join(', ')}.`)
endWithNpm()
installWhatIsMissing()
const binary = nodeBinary()
if (binary === null) {
  fail(
    `Node ${process.versions.node} is too old and npm has no Node for ${process.platform}-${process.arch}: install Node 24.`,
  )
}
await run(binary, [...tasks[task], ...rest])

function fail(sentence) {
  process.stderr.write(`edgeshard: ${sentence}\n`)
  process.exit(2)
}

/** A killed npm passes nothing on: what it started must notice. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const check = () => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM')
  }
  setInterval(check, 500).unref()
}

/** `npm ci` when node_modules is not what package-lock.json says. */
function installWhatIsMissing() {
  if (isInstalled()) return
  const folder = lstatSync(path.join(projectRoot, 'node_modules'), { throwIfNoEntry: false })
  if (folder?.isSymbolicLink()) {
    process.stderr.write('edgeshard: node_modules is a link; it is left as it is.\n')
    return
  }
  process.stderr.write('edgeshard: installing packages (npm ci), once …\n')
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm']
  const options = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const result = spawnSync(npm[0], [...npm.slice(1), ...options], { cwd: projectRoot, stdio: ['ignore', 2, 2] })
  if (result.status !== 0) fail('npm ci failed; its message is above.')
}

/** True when every package of the lock file is there in its version; packages for other machines may be absent. */
function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(path.join(projectRoot, 'package-lock.json'), 'utf8')).packages
    const hidden = path.join(projectRoot, 'node_modules', '.package-lock.json')
    const present = JSON.parse(readFileSync(hidden, 'utf8')).packages
    return Object.entries(wanted).every(([name, { version, optional }]) => {
      return name === '' || (present[name] === undefined ? optional === true : present[name].version === version)
    })
  } catch {
    return false
  }
}

/** In this process when it already is the right Node, else in a child that gets our signals and ends with us. */
async function run(node, [script, ...args]) {
  const tools = [path.dirname(node), path.join(projectRoot, 'node_modules', '.bin')]
  process.env.PATH = [...tools, process.env.PATH].join(path.delimiter)
  if (realpathSync(node) === realpathSync(process.execPath)) {
    const file = path.join(projectRoot, script)
    process.argv = [process.execPath, file, ...args]
    await import(pathToFileURL(file).href)
    return
  }
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
  const child = spawn(node, [path.join(projectRoot, script), ...args], { stdio })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.on('disconnect', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
