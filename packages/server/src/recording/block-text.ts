/** Lines as a block holds them: one below the other, deflated, in base64 so that every store and JSON can hold it. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** Far more than a minute of a large service; a block that claims more is not one of ours. */
const MAX_INFLATED_BYTES = 256 * 1024 * 1024

export const packLines = (lines: readonly string[]): string =>
  deflateRawSync(lines.join('\n')).toString('base64')

export const unpackLines = (packed: string): readonly string[] =>
  inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_INFLATED_BYTES })
    .toString('utf8')
    .split('\n')
