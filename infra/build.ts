// `npm run build`: the Worker as the embedded server runs it, under dist/worker/.
import path from 'node:path'
import { bundleWorker } from './embedded/bundle.ts'

const bundle = await bundleWorker()
process.stdout.write(`${path.relative(process.cwd(), bundle.entry)}\n`)
