/** A program that reports how many jobs it did, and ends. */
import { createPacedUpdates } from '../src/pacing/index.ts'

const jobs = 7
const updates = createPacedUpdates({
  watch: 'workers',
  client: 'w-1',
  key: 'hf_c',
  url: process.argv[2] ?? '',
  read: () => ({ jobs }),
})
updates.start()
await updates.flush()
