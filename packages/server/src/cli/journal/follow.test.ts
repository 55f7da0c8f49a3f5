// Goal: following prints every new entry once, also those of the same instant.
import { expect, it } from 'vitest'
import { fakeIo } from '../../../test/cli/fake-io.ts'
import { json } from '../../../test/cli/shop.ts'
import { run } from '../run.ts'

it('prints each entry once, whenever it came', async () => {
  const at = (second: number): string => `2026-11-27T10:00:0${second}.000Z`
  const entry = (sequence: number, second: number) => ({
    service: 'shop',
    sequence,
    at: at(second),
    kind: 'event',
    actor: 'loop',
    body: {},
    previousHash: '',
    hash: '',
  })
  // The third comes at the instant of the second, after that was printed.
  const turns = [
    [entry(1, 1)],
    [entry(1, 1), entry(2, 2)],
    [entry(1, 1), entry(2, 2), entry(3, 2), entry(4, 3)],
  ]
  let turn = 0
  const { io, result } = fakeIo({
    args: ['journal', 'shop', '--follow', '--json'],
    server: (request) => {
      const { searchParams } = new URL(request.url)
      const from = searchParams.get('from')
      const items = (turns[turn] ?? []).filter((each) => from === null || each.at >= from)
      return json({
        items: searchParams.get('order') === 'newest-first' ? items.toReversed() : items,
        next: null,
      })
    },
    onSleep: () => {
      turn += 1
      return turn < turns.length
    },
  })
  await run(io)
  const { stdout, exitCode } = result()
  const printed = stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly sequence: number }).sequence)
  expect(printed).toEqual([1, 2, 3, 4])
  expect(exitCode).toBe(0)
})
