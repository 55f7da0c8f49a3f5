/** What the API says of the recording, written once as zod like schemas/record.ts. */
import { z } from 'zod'
import type { RecordedBlockView } from '../api.ts'
import { named, pageOf } from './registry.ts'
import { instant } from './service.ts'

const recordedBlock = named<RecordedBlockView>(
  'RecordedBlock',
  z.object({
    from: instant.describe('When its first tick was.'),
    to: instant.describe('When its last tick was.'),
    ticks: z.int().min(1),
    checkpoint: z.boolean().describe('Whether it begins with the state at its first tick.'),
    lines: z.string().describe('Lines of JSON, deflated (RFC 1951), in base64.'),
  }),
)
export const recordedBlockPage = pageOf('RecordedBlockPage', recordedBlock)
