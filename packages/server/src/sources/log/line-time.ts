/** Reads the time of a line: as access logs write it, as ISO 8601, or as a number since 1970. Pure but for what it saw last. */

export type TimeReader = (written: string | number | undefined) => number | null

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const ACCESS = /^\[?(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([-+])(\d\d)(\d\d)\]?$/
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/

/** Greater numbers count in smaller units: seconds stay below 10^11 until the year 5138. */
const SECONDS_BELOW = 1e11
const MS_BELOW = 1e14
const US_BELOW = 1e17

/** Many lines in a row are of the same second. */
export function createTimeReader(): TimeReader {
  let last: string | number | undefined
  let lastTime: number | null = null
  return (written) => {
    if (written === last) return lastTime
    last = written
    lastTime = timeOf(written)
    return lastTime
  }
}

function timeOf(written: string | number | undefined): number | null {
  if (written === undefined || written === '') return null
  const number = Number(written)
  if (!Number.isNaN(number)) return ofNumber(number)
  const text = String(written)
  const [, day, month = '', year, hour, minute, second, sign, zoneHours, zoneMinutes] =
    ACCESS.exec(text) ?? []
  if (day === undefined) return ISO.test(text) ? numberOrNull(Date.parse(text.replace(',', '.'))) : null
  const local = Date.UTC(
    Number(year),
    MONTHS.indexOf(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000
  return MONTHS.includes(month) ? local + (sign === '-' ? zone : -zone) : null
}

function ofNumber(number: number): number | null {
  if (!(number > 0)) return null
  if (number < SECONDS_BELOW) return number * 1_000
  if (number < MS_BELOW) return number
  return number < US_BELOW ? number / 1e3 : numberOrNull(number / 1e6)
}

const numberOrNull = (number: number): number | null => (Number.isFinite(number) ? number : null)
