/** What was recorded of a service: all that its ticks were decided from, so that they can be decided again. */
import { epochMs, formatInstant, type EpochMs } from '@holdfast/core/units'
import { z } from 'zod'
import { operatorAndOwner } from '../../auth/index.ts'
import type { RecordedBlock, RecordingQuery } from '../../store/store.ts'
import type { Page, RecordedBlockView } from '../api.ts'
import { identityOf, type Api, type HttpContext } from '../context.ts'
import { decodeCursor, encodeCursor, wrongCursor } from '../paging.ts'
import { instantIn, namePath, serviceNameIn } from '../route-parts.ts'
import { recordedBlockPage } from '../schemas/recording.ts'
import { readablePast } from '../visibility.ts'

/** Blocks are about a minute and some ten kilobytes each: an hour keeps an answer below a megabyte. */
const LARGEST_PAGE = 60

export function recordingRoutes(api: Api, context: HttpContext): void {
  api.route({
    method: 'GET',
    url: '/v1/services/:name/recording',
    config: { access: operatorAndOwner },
    schema: {
      operationId: 'readRecording',
      summary: 'Read what the ticks of a span were decided from',
      description:
        'Blocks of about a minute, oldest first, from the nearest checkpoint before the span on. Ticks are kept for two days.',
      tags: ['journal'],
      params: namePath,
      querystring: z.strictObject({
        from: z.string().describe('ISO 8601 with a zone, such as 2026-11-27T09:00:00Z.'),
        to: z.string().describe('The first instant that no longer belongs to the span.'),
        limit: z.coerce
          .number()
          .int()
          .min(1)
          .max(LARGEST_PAGE)
          .default(LARGEST_PAGE)
          .describe('Blocks a page.'),
        cursor: z.string().optional().describe('`next` of the page before.'),
      }),
      response: { 200: recordedBlockPage },
    },
    handler: async (request) => {
      const { from, to, limit, cursor } = request.query
      const { name } = await readablePast(context.store, identityOf(request), request.params.name)
      return page(context, {
        service: serviceNameIn('/params/name', name),
        from: instantIn('/query/from', from),
        to: instantIn('/query/to', to),
        limit,
        ...(cursor === undefined ? {} : { after: instantOf(cursor) }),
      })
    },
  })
}

/** One block more than asked for tells whether there is a next page. */
async function page(
  { store, recorder }: Pick<HttpContext, 'store' | 'recorder'>,
  query: RecordingQuery,
): Promise<Page<RecordedBlockView>> {
  // Before the store is read: what is stored meanwhile is then found in both places, and not in none.
  const pending = recorder.pending(query.service)
  const stored = await store.recording({ ...query, limit: query.limit + 1 })
  const last = stored.at(-1)?.from ?? query.after ?? -Infinity
  const blocks = [...stored, ...pending.filter(({ from }) => from > last && from < query.to)]
  const items = blocks.slice(0, query.limit)
  const end = items.at(-1)
  return {
    items: items.map(blockView),
    next: blocks.length > query.limit && end !== undefined ? encodeCursor(String(end.from)) : null,
  }
}

const blockView = ({ from, to, ticks, checkpoint, lines }: RecordedBlock): RecordedBlockView => ({
  from: formatInstant(from),
  to: formatInstant(to),
  ticks,
  checkpoint,
  lines,
})

function instantOf(cursor: string): EpochMs {
  const text = decodeCursor(cursor)
  if (!/^\d{1,15}$/.test(text)) throw wrongCursor()
  return epochMs(Number(text))
}
