/**
 * A hundred players that report as they are told: phones change every few seconds, televisions every few minutes. Ends by
 * itself. Arguments: the address of Holdfast and a key of the scope client; for how many seconds.
 */
import { createPacedUpdates } from '@holdfast/client/pacing'

const [url = 'http://127.0.0.1:7070', key = '', seconds = '120'] = process.argv.slice(2)
const PLAYERS = 100

let updates = 0
const problems = new Set<string>()

function player(nth: number): { stop(): void } {
  const device = nth % 5 === 0 ? 'phone' : 'television'
  const everyMs = device === 'phone' ? 15_000 : 150_000
  let bandwidth = 8
  const change = (): void => {
    bandwidth = bandwidth === 8 ? 2 : 8
    timer = setTimeout(change, -Math.log(1 - Math.random()) * everyMs)
  }
  let timer = setTimeout(change, Math.random() * everyMs)
  const paced = createPacedUpdates({
    watch: 'players',
    client: `player-${nth}`,
    url,
    key,
    features: { device },
    read: () => ({ bandwidth, rtt: 40, connection: 'wifi' }),
    onUpdate: () => (updates += 1),
    onProblem: ({ says }) => problems.add(says),
  })
  paced.start()
  return {
    stop() {
      clearTimeout(timer)
      paced.stop()
    },
  }
}

const players = Array.from({ length: PLAYERS }, (_, nth) => player(nth))
setTimeout(
  () => {
    for (const one of players) one.stop()
    for (const says of problems) process.stderr.write(`${says}\n`)
    process.stdout.write(`${PLAYERS} players sent ${updates} updates in ${seconds} s.\n`)
  },
  Number(seconds) * 1_000,
)
