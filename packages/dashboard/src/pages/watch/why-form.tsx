/** Asks why a client is to report when it is. */
import { useState } from 'preact/hooks'
import type { PacedClientView } from '../../../../server/src/http/api.ts'
import { read } from '../../api/requests.ts'
import { formatMs } from '../../format/quantity.ts'
import { clockTime } from '../../format/time.ts'
import { watchPath } from './watches-page.tsx'

type Found = { readonly view: PacedClientView } | { readonly says: string }

export function WhyForm({ name }: { readonly name: string }) {
  const [client, setClient] = useState('')
  const [found, setFound] = useState<Found | null>(null)
  const ask = async (): Promise<void> => {
    const answer = await read<PacedClientView>(`${watchPath(name)}/clients/${encodeURIComponent(client)}`)
    if (answer.ok) setFound({ view: answer.value })
    else if (answer.failure.kind === 'missing')
      setFound({ says: `Nothing is known of a client "${client}".` })
    else setFound({ says: 'says' in answer.failure ? answer.failure.says : 'It cannot be read.' })
  }
  return (
    <>
      <form
        class="why"
        onSubmit={(event) => {
          event.preventDefault()
          if (client !== '') void ask()
        }}
      >
        <label>
          <span class="unseen">Name of a client</span>
          <input
            type="search"
            placeholder="Name of a client"
            value={client}
            onInput={(event) => setClient(event.currentTarget.value)}
          />
        </label>{' '}
        <button type="submit">Why then?</button>
      </form>
      <div role="status">{found !== null && <WhyAnswer found={found} />}</div>
    </>
  )
}

function WhyAnswer({ found }: { readonly found: Found }) {
  if ('says' in found) return <p class="muted">{found.says}</p>
  const { says, updatedAt, dueAt, overdueMs, suspicion } = found.view
  return (
    <>
      <p>{says}</p>
      <p class="muted">
        Reported at {clockTime(Date.parse(updatedAt))}, due at {clockTime(Date.parse(dueAt))}
        {overdueMs > 0 &&
          `, overdue by ${formatMs(overdueMs)}: one in ${Math.round(10 ** suspicion)} updates comes so late`}
        .
      </p>
    </>
  )
}
