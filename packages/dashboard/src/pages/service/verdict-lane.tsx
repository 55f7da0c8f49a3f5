/** A lane over the response times: in which stretches the levels were kept, and which were whose fault. */
import { laneSummary, stretchWords, timeWords } from './stretches.ts'
import type { Stretch } from './stretches.ts'

export function VerdictLane(props: {
  readonly stretches: readonly Stretch[]
  readonly fromMs: number
  readonly toMs: number
  readonly rangeWords: string
}) {
  const { stretches, fromMs, toMs, rangeWords } = props
  const share = (atMs: number): number => (100 * (Math.max(fromMs, atMs) - fromMs)) / (toMs - fromMs)
  return (
    <div class="lane" role="img" aria-label={laneSummary(stretches, rangeWords)}>
      {stretches.map((stretch, index) => (
        <span
          key={stretch.key}
          class={stretch.state}
          style={{
            left: `${share(stretch.fromMs)}%`,
            width: `${share(stretch.toMs) - share(stretch.fromMs)}%`,
          }}
          title={`${stretchWords(stretch)}, ${timeWords(stretch, index === stretches.length - 1)}`}
        >
          {stretch.cause?.kind}
        </span>
      ))}
    </div>
  )
}
