/** A program that measures, does not close its meter, and has nothing more to do. */
import { createMeter } from '../src/index.ts'

const [url = ''] = process.argv.slice(2)
const meter = createMeter({ url, key: 'k', service: 'shop', part: 'web', timeoutMs: 500, everyMs: 200 })
for (let i = 0; i < 1_000; i++) meter.start(`operation ${i % 10}`).end()
await Promise.race([meter.flush(), new Promise((resolve) => setTimeout(resolve, 100))])
process.stdout.write('done\n')
