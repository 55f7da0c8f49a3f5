/** Goal: a record says after a crash what it said before. Method: there and back, and texts that are no records. */
import { epochMs } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { specOf } from '../platform-contract.ts'
import { program } from './fixtures/workbench.ts'
import { decodeRecord, encodeRecord, type InstanceRecord } from './instance-record.ts'

const record: InstanceRecord = {
  spec: { ...specOf('shop-data-1', program({ GREETING: 'hello' })), peers: { store: 'http://peer' } },
  restarts: 2,
  failures: 1,
  stopping: true,
  run: { mark: 'run-1', port: 4_000, startedAt: epochMs(5), process: { pid: 10, started: 'boot/77' } },
}

it('comes back as it was written', () => {
  expect(decodeRecord(encodeRecord(record))).toEqual(record)
  expect(decodeRecord(encodeRecord({ ...record, run: null }))).toEqual({ ...record, run: null })
})

it.each([
  ['no JSON', '{'],
  ['no record', '{"version":7}'],
  [
    'of an instance whose name would leave its directory',
    encodeRecord(record).replace('shop-data-1', '../../etc'),
  ],
  ['of a pid that would signal other processes', encodeRecord(record).replace('"pid":10', '"pid":-1')],
])('is refused when it is %s', (_what, text) => {
  expect(decodeRecord(text)).toBeNull()
})
