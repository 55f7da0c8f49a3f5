/** Every stretch of the range in which a level was not kept, newest first, with whose fault it was; the evidence on demand. */
import { useEffect, useState } from 'preact/hooks'
import type { VerdictView, WhyView } from '../../../../server/src/http/api.ts'
import { read, servicePath } from '../../api/requests.ts'
import { clockTime } from '../../format/time.ts'
import { statesBySeverity } from '../../format/words.ts'
import { StateBadge } from '../../parts/state-badge.tsx'
import { causePlace, faults, missedWords, timeWords } from './stretches.ts'
import type { Stretch } from './stretches.ts'

/** More than anybody reads; the journal has them all. */
const MAX_ROWS = 100

export function VerdictList(props: { readonly service: string; readonly stretches: readonly Stretch[] }) {
  const { service, stretches } = props
  const newestFirst = faults(stretches).toReversed().slice(0, MAX_ROWS)
  if (newestFirst.length === 0) return <p class="muted">All levels were kept in this range.</p>
  return (
    <ol class="verdicts">
      {newestFirst.map((stretch) => (
        <li key={stretch.key}>
          <VerdictRow service={service} stretch={stretch} goesOn={stretch === stretches.at(-1)} />
        </li>
      ))}
    </ol>
  )
}

function VerdictRow(props: {
  readonly service: string
  readonly stretch: Stretch
  readonly goesOn: boolean
}) {
  const { service, stretch, goesOn } = props
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <StateBadge state={stretch.state} />
        <span>
          because of <strong>{causePlace(stretch)}</strong>
        </span>
        <span class="muted">
          {timeWords(stretch, goesOn)}; {missedWords(stretch)}
        </span>
      </summary>
      {isOpen && <Evidence service={service} stretch={stretch} />}
    </details>
  )
}

type Asked =
  | { readonly kind: 'asking' }
  | { readonly kind: 'failed'; readonly says: string }
  | { readonly kind: 'answered'; readonly verdict: VerdictView | null }

function Evidence({ service, stretch }: { readonly service: string; readonly stretch: Stretch }) {
  const asked = useVerdict(service, stretch)
  if (asked.kind === 'asking') return <p class="muted">Reading…</p>
  if (asked.kind === 'failed') return <p class="muted">It cannot be shown: {asked.says}</p>
  const cause = asked.verdict?.cause ?? null
  if (asked.verdict === null || cause === null)
    return <p class="muted">The journal does not go back so far.</p>
  return (
    <div class="evidence">
      <p>
        Level {asked.verdict.level} of {asked.verdict.agreement}: {asked.verdict.reason} This cause lasts
        since <time dateTime={cause.since}>{clockTime(Date.parse(cause.since))}</time>.
      </p>
      <ul>
        {cause.evidence.map(({ subject, measure, says }) => (
          <li key={`${subject} ${measure}`}>{says}</li>
        ))}
      </ul>
      <p>{cause.helps}</p>
    </div>
  )
}

/** What the journal says of the stretch's first tick. */
function useVerdict(service: string, { key, cause }: Stretch): Asked {
  const [asked, setAsked] = useState<Asked>({ kind: 'asking' })
  useEffect(() => {
    let isWanted = true
    void read<WhyView>(`${servicePath(service)}/why?at=${encodeURIComponent(key)}`).then((answer) => {
      if (!isWanted) return
      if (answer.ok) setAsked({ kind: 'answered', verdict: verdictFor(answer.value.verdicts, cause) })
      else setAsked({ kind: 'failed', says: 'says' in answer.failure ? answer.failure.says : 'not found' })
    })
    return () => {
      isWanted = false
    }
  }, [service, key])
  return asked
}

function verdictFor(verdicts: readonly VerdictView[], cause: Stretch['cause']): VerdictView | null {
  const worstFirst = verdicts.toSorted(
    (left, right) => statesBySeverity.indexOf(left.state) - statesBySeverity.indexOf(right.state),
  )
  return (
    worstFirst.find(
      (verdict) => verdict.cause?.kind === cause?.kind && verdict.cause?.part === cause?.part,
    ) ?? null
  )
}
