/** What a target of some size answers: counters with five labels, whose values grow from one body to the next. */
import { gzipSync } from 'node:zlib'

const FAMILY = 100
const CHUNK_BYTES = 65_536

/** The text of one body, in pieces, so that it need never be whole. `salt` makes other series of them. */
export function* bodyChunks(series: number, round: number, salt = ''): Generator<Buffer> {
  let text = ''
  for (let i = 0; i < series; i++) {
    const family = `http_requests_${i - (i % FAMILY)}_total`
    if (i % FAMILY === 0) text += `# HELP ${family} Requests that were answered.\n# TYPE ${family} counter\n`
    const method = i % 2 === 0 ? 'GET' : 'POST'
    const value = i % 3 === 0 ? i * 1.000123 + round * 0.5 : i * 7 + round
    text += `${family}{instance="10.0.0.${i % 250}:9090",job="api-server",method="${method}",path="/api/v1/things/${salt}${i % FAMILY}",status="200"} ${value}\n`
    if (text.length < CHUNK_BYTES) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(text)
}

export const packedBody = (series: number, round: number): Buffer =>
  gzipSync(Buffer.concat([...bodyChunks(series, round)]))
