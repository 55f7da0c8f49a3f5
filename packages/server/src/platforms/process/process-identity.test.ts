/** Goal: a process is told from any other. Method: lines of /proc/PID/stat, and this very process. */
import { expect, it } from 'vitest'
import { groupLives, identify, isAlive, parseStat, signal } from './process-identity.ts'

const line = (name: string): string =>
  `4711 (${name}) S 1 4700 4700 0 -1 4194560 1208 0 0 0 3 1 0 0 20 0 11 0 987654 1073741824 9000 1844 1 1 0 0`

it('reads state, group and start of a process', () => {
  expect(parseStat(line('node'))).toEqual({ state: 'S', group: 4700, started: '987654' })
})

it('is not misled by a name with spaces and parentheses', () => {
  expect(parseStat(line('a) R 9 (b'))).toEqual({ state: 'S', group: 4700, started: '987654' })
})

it('takes a line that is cut off for no process', () => {
  expect(parseStat('4711 (node) S 1')).toBeNull()
})

it('knows this process again, and does not take it for another one with its pid', async () => {
  const self = await identify(process.pid)
  expect(self).not.toBeNull()
  expect(await isAlive({ pid: process.pid, started: self?.started ?? '' })).toBe(true)
  expect(await isAlive({ pid: process.pid, started: 'another boot/1' })).toBe(false)
})

it('takes a signal to nobody as such', async () => {
  // Above the highest pid that Linux gives out.
  const nobody = 2 ** 22 + 1
  expect([signal(nobody, 0), await groupLives(nobody)]).toEqual([false, false])
})
