/** Where the program starts: the command line meets the real process. */
import { run } from './cli/run.ts'
import { systemIo } from './cli/system-io.ts'

await run(systemIo())
