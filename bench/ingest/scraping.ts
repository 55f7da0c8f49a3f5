/**
 * Samples of a target's text a second of processor time, from the socket to the series by our source, and from the packed
 * bytes to objects by a parser from npm.
 */
import { gunzipSync } from 'node:zlib'
// @ts-expect-error -- it comes without types
import parseText from 'parse-prometheus-text-format'
import { median } from '../bench.ts'
import { startChild } from '../child.ts'
import { packedBody } from './bodies.ts'

export interface ScrapeRates {
  readonly ours: number
  readonly fromNpm: number
}

export const SERIES = 50_000

/** Until code is compiled and every series is known. */
const WARM_UP = 5
const AT_ONCE = 4

export async function scrapeRates(rounds: number): Promise<ScrapeRates> {
  using target = await startChild({
    script: new URL('target.ts', import.meta.url),
    arguments: [String(SERIES)],
    core: null,
  })
  const url = `http://127.0.0.1:${target.port}/metrics`
  using scraper = await startChild({
    script: new URL('our-scraper.ts', import.meta.url),
    arguments: [url],
    core: null,
  })
  const scrape = async (times: number): Promise<void> => {
    const answer = await (await fetch(`http://127.0.0.1:${scraper.port}/${times}`)).text()
    const { series, faults } = JSON.parse(answer) as { series: number; faults: object }
    if (series !== SERIES + 2 || Object.keys(faults).length > 0)
      throw new Error(`It was scraped wrongly: ${answer}`)
  }
  await scrape(WARM_UP)
  const packed = packedBody(SERIES, 0)
  rateFromNpm(packed)
  const ours: number[] = []
  const fromNpm: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = await scraper.cpuMicros()
    await scrape(AT_ONCE)
    ours.push((SERIES * AT_ONCE * 1e6) / ((await scraper.cpuMicros()) - before))
    fromNpm.push(rateFromNpm(packed))
  }
  return { ours: median(ours), fromNpm: median(fromNpm) }
}

function rateFromNpm(packed: Buffer): number {
  const before = process.cpuUsage()
  const families = (parseText as (text: string) => readonly unknown[])(gunzipSync(packed).toString())
  const { user, system } = process.cpuUsage(before)
  if (families.length !== SERIES / 100) throw new Error(`It found ${families.length} families.`)
  return (SERIES * 1e6) / (user + system)
}
