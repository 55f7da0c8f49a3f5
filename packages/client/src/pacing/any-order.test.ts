// Goal: whatever happens, in whatever order, there is never a second request at once, never an update sooner than asked but
// an early one or one that was told to go, and always another to come. Method: random sequences of all that can happen, each
// step checked; the test keeps its own account of what was asked.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPacedUpdates } from './index.ts'
import type { Answer, EarlyRule } from './options.ts'
import { testWorld } from './testing/test-world.ts'

const DAY = 86_400_000
const SHORT = 200_000
const RULE: EarlyRule = { kind: 'absolute', parameter: 'rtt', least: 20 }

const ms = fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: SHORT }))
const event = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), ms }),
  fc.record({ kind: fc.constant('pass' as const), ms }),
  fc.record({
    kind: fc.constant('sleep' as const),
    ms: fc.integer({ min: 1, max: DAY }),
    goesOn: fc.constantFrom('the wall only' as const, 'both' as const),
  }),
  fc.record({ kind: fc.constant('set' as const), ms: fc.integer({ min: -DAY, max: DAY }) }),
  fc.record({
    kind: fc.constant('changed' as const),
    rtt: fc.integer({ min: 0, max: 100 }),
    told: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('server' as const),
    does: fc.constantFrom('answer', 'answer', 'fail', 'hang', 'be busy', 'refuse', 'answer too soon'),
    ms: fc.integer({ min: 0, max: 600_000 }),
    takesMs: fc.integer({ min: 0, max: 12_000 }),
  }),
  fc.record({
    kind: fc.constantFrom(
      'offline' as const,
      'online' as const,
      'hide' as const,
      'show' as const,
      'leave' as const,
      'flush' as const,
      'restart' as const,
    ),
  }),
)
const options = fc.record({
  whileHidden: fc.boolean(),
  pollMs: fc.option(fc.integer({ min: 250, max: 30_000 }), { nil: undefined }),
  leastMs: fc.integer({ min: 1_000, max: 30_000 }),
  slowRead: fc.boolean(),
  seed: fc.integer(),
})

// What can happen is many things.
// oxlint-disable complexity
it('keeps one at a time, in time, and goes on', async () => {
  await fc.assert(
    fc.asyncProperty(options, fc.array(event, { maxLength: 60 }), async (given, events) => {
      let state = given.seed
      const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32
      const world = testWorld(random)
      const kept = new Map<string, string>()
      let server: { readonly does: string; readonly ms: number; readonly takesMs: number } = {
        does: 'answer',
        ms: 60_000,
        takesMs: 0,
      }
      let rtt = 0
      let reported: number | null = null
      let flushes = 0
      let underWay = 0
      let sent = 0
      let lastAt = Number.NEGATIVE_INFINITY
      /** How far the wall's clock was set or slept ahead, which may shorten what was asked. */
      let ahead = 0
      /** Asked by an answer, and by a server that is busy, which holds for all but what was told to go. */
      let [asked, busy] = [0, 0]
      let rules: readonly EarlyRule[] = []
      // Sums of fractions are not exact.
      const at = (): number => Math.round(world.elapsed() + ahead)
      const wrong: string[] = []

      const answer = (): Answer => {
        const { does, ms } = server
        if (does === 'fail') throw new Error('away')
        const problem = { code: 'too-many-requests', says: '' }
        if (does === 'refuse') return { kind: 'refused', ...problem }
        if (does === 'be busy') {
          busy = at() + ms - 1
          return { kind: 'later', afterMs: ms, ...problem }
        }
        rules = [RULE]
        busy = 0
        asked = at() + ms - 1
        return { kind: 'taken', nextMs: ms, early: rules, token: 't', tooSoon: does === 'answer too soon' }
      }
      let failed = false
      const updates = createPacedUpdates(
        {
          watch: 'w',
          client: 'c',
          whileHidden: given.whileHidden,
          ...(given.pollMs === undefined ? {} : { pollMs: given.pollMs }),
          leastMs: given.leastMs,
          storage: {
            getItem: (key) => kept.get(key) ?? null,
            setItem: (key, text) => void kept.set(key, text),
          },
          read: given.slowRead ? async () => ({ rtt }) : () => ({ rtt }),
          send: async (update, signal) => {
            sent += 1
            underWay += 1
            if (underWay > 1) wrong.push('two at once')
            if (!world.isOnline()) wrong.push('sent without a network')
            const value = Number(update.parameters['rtt'])
            const isEarly = reported !== null && rules.length > 0 && Math.abs(value - reported) >= 20
            if (flushes === 0 && at() < busy) wrong.push(`${busy - at()} ms sooner than a busy server asked`)
            // What failed is tried again before the next is due.
            if (flushes === 0 && !failed && at() < asked && !isEarly)
              wrong.push(`${asked - at()} ms too soon`)
            if (flushes === 0 && !failed && at() < asked && at() < lastAt + given.leastMs - 1)
              wrong.push('early ones too often')
            lastAt = at()
            failed = true
            try {
              await new Promise<void>((resolve, reject) => {
                const cancel = server.does === 'hang' ? () => {} : world.after(server.takesMs, resolve)
                signal.addEventListener('abort', () => {
                  cancel()
                  reject(new Error('given up'))
                })
              })
              const said = answer()
              failed = said.kind !== 'taken'
              if (said.kind === 'taken' && said.tooSoon !== true) reported = value
              return said
            } finally {
              underWay -= 1
            }
          },
        },
        world,
      )
      updates.start()
      for (const one of events) {
        if (one.kind === 'pass') await world.pass(one.ms)
        else if (one.kind === 'sleep') {
          if (one.goesOn === 'the wall only') ahead += one.ms
          world.sleep(one.ms, one.goesOn)
        } else if (one.kind === 'set') {
          ahead += Math.max(0, one.ms)
          world.setClock(one.ms)
        } else if (one.kind === 'changed') {
          rtt = one.rtt
          if (one.told) updates.changed()
        } else if (one.kind === 'server') server = one
        else if (one.kind === 'offline') world.goOffline()
        else if (one.kind === 'online') world.goOnline()
        else if (one.kind === 'hide') world.hide()
        else if (one.kind === 'show') world.show()
        else if (one.kind === 'leave') world.happens('pagehide')
        else if (one.kind === 'restart') {
          updates.stop()
          await world.pass(0)
          if (world.timers() > 0) wrong.push('a timer was left')
          updates.start()
        } else {
          flushes += 1
          void updates.flush().then(() => void (flushes -= 1))
        }
        await world.settled()
        const next = updates.next()
        if (next === null || !(next <= DAY + 600_000)) wrong.push(`the next is due in ${next}`)
        if (world.timers() === 0) wrong.push('nothing is to come')
        expect(wrong).toEqual([])
      }
      server = { does: 'answer', ms: 60_000, takesMs: 0 }
      world.goOnline()
      world.show()
      await world.pass(1_200_000)
      const before = sent
      await world.pass(3_600_000)
      expect(wrong).toEqual([])
      expect(sent - before).toBeGreaterThanOrEqual(50)
      expect(sent - before).toBeLessThanOrEqual(61)
    }),
    { numRuns: Number(process.env['HOLDFAST_RUNS'] ?? 300) },
  )
})
