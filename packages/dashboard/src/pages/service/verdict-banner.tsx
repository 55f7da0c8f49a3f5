/** The headline: how the service stands, why, and the figures that say so. */
import type { ServiceDetail, VerdictView } from '../../../../server/src/http/api.ts'
import { causeWords, spokenVerdict, statesBySeverity } from '../../format/words.ts'
import { Age } from '../../parts/age.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'

export function VerdictBanner({
  service,
  nowMs,
}: {
  readonly service: ServiceDetail
  readonly nowMs: number
}) {
  const cause = worstVerdict(service.verdicts)?.cause ?? null
  const more = cause?.evidence.filter(({ says }) => !service.says.includes(says)) ?? []
  return (
    <section class={`verdict ${service.state}`} aria-labelledby="verdict">
      <h2 id="verdict" class="unseen">
        Verdict
      </h2>
      <p class="headline">
        <StateBadge state={service.state} large />
        <span>{service.says}</span>
        <Age updatedAt={service.updatedAt} nowMs={nowMs} />
      </p>
      {cause !== null && (
        <div class="cause">
          <p>
            Because of <strong>{causeWords[cause.kind]}</strong>
            {cause.part !== null && (
              <>
                , in part <strong>{cause.part}</strong>
              </>
            )}
          </p>
          {more.length > 0 && (
            <ul>
              {more.map(({ subject, measure, says }) => (
                <li key={`${subject} ${measure}`}>{says}</li>
              ))}
            </ul>
          )}
          <p>{cause.helps}</p>
        </div>
      )}
      {/* Changes only when the verdict turns, so that the figures that move are not read out. */}
      <p class="unseen" aria-live="polite">
        {spokenVerdict(service)}
      </p>
    </section>
  )
}

function worstVerdict(verdicts: readonly VerdictView[]): VerdictView | undefined {
  return [...verdicts].sort(
    (left, right) => statesBySeverity.indexOf(left.state) - statesBySeverity.indexOf(right.state),
  )[0]
}
