/** Instants and spans as people read them, on the wall clock of whoever looks. */

const clockWithSeconds = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const clockWithMinutes = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const dayAndMonth = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' })

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

export function clockTime(atMs: number): string {
  return clockWithSeconds.format(atMs)
}

export function clockMinute(atMs: number): string {
  return clockWithMinutes.format(atMs)
}

/** `14:00–15:00`, with the days where the span is longer than one. */
export function formatSpan(fromMs: number, toMs: number): string {
  if (toMs - fromMs >= DAY_MS) return `${dayAndMonth.format(fromMs)}–${dayAndMonth.format(toMs)}`
  return `${clockMinute(fromMs)}–${clockMinute(toMs)}`
}

export function formatAge(ms: number): string {
  const age = Math.max(0, ms)
  if (age < MINUTE_MS) return `${Math.floor(age / 1_000)} s`
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)} min`
  if (age < DAY_MS) return `${Math.floor(age / HOUR_MS)} h`
  return `${Math.floor(age / DAY_MS)} d`
}

/** What an API instant is in milliseconds; null for none and for what is no instant. */
export function instantMs(iso: string | null): number | null {
  const at = iso === null ? Number.NaN : Date.parse(iso)
  return Number.isNaN(at) ? null : at
}

/** Figures older than this are marked: the loop gives new ones every few seconds. */
const STALE_AFTER_MS = 20_000

/** How old a figure is, where it is old enough to say so; null while it is fresh or never was. */
export function staleAge(updatedAt: string | null, nowMs: number): number | null {
  const at = instantMs(updatedAt)
  if (at === null) return null
  const age = nowMs - at
  return age > STALE_AFTER_MS ? age : null
}
