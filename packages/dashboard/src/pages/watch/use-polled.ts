/** Reads a path of the API again and again while it is shown. */
import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '../../api/requests.ts'

const EVERY_MS = 5_000

export interface Polled<T> {
  /** What was read last; while the server is away it stays. */
  readonly value: T | null
  /** Why nothing could be read; null while all is well. */
  readonly says: string | null
  readonly isMissing: boolean
}

export function usePolled<T>(path: string, ask: (path: string) => Promise<Answer<T>>): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ value: null, says: null, isMissing: false })
  useEffect(() => {
    let isShown = true
    const look = async (): Promise<void> => {
      if (document.visibilityState === 'hidden') return
      const answer = await ask(path)
      if (isShown) setPolled((before) => after(before, answer))
    }
    void look()
    const timer = window.setInterval(() => void look(), EVERY_MS)
    return () => {
      isShown = false
      window.clearInterval(timer)
    }
  }, [path])
  return polled
}

function after<T>(before: Polled<T>, answer: Answer<T>): Polled<T> {
  if (answer.ok) return { value: answer.value, says: null, isMissing: false }
  const { failure } = answer
  const says = 'says' in failure ? failure.says : 'it cannot be read'
  return { value: before.value, says, isMissing: failure.kind === 'missing' }
}
