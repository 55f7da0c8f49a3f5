/**
 * The order of the list, held still for a few seconds at a time: figures move with every tick, but rows
 * that jump under the pointer cannot be read.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ServiceSummary } from '../../../../server/src/http/api.ts'
import { orderedNames } from './order.ts'
import type { Selection } from './order.ts'

const HOLD_MS = 3_000

export function useOrder(
  services: ReadonlyMap<string, ServiceSummary>,
  selection: Selection,
): readonly string[] {
  const [turn, setTurn] = useState(0)
  const { key, descending } = selection.sorting
  const asked = `${turn} ${services.size} ${selection.state} ${key} ${descending} ${selection.text}`
  const held = useRef<{ readonly asked: string; readonly names: readonly string[] } | null>(null)
  useEffect(() => {
    const timer = window.setInterval(() => setTurn((known) => known + 1), HOLD_MS)
    return () => window.clearInterval(timer)
  }, [])
  if (held.current?.asked !== asked) {
    held.current = { asked, names: orderedNames(services.values(), selection) }
  }
  return held.current.names
}
