/**
 * Turns days since 1970-01-01 into dates of the proleptic Gregorian calendar and back.
 * The arithmetic is Howard Hinnant's: https://howardhinnant.github.io/date_algorithms.html
 */

export interface CivilDate {
  readonly year: number
  /** January is 1. */
  readonly month: number
  readonly day: number
}

/** An era is the 400 years after which the Gregorian calendar repeats. */
const DAYS_PER_ERA = 146_097

/** Days from 0000-03-01, where an era begins, to 1970-01-01. */
const DAYS_BEFORE_EPOCH = 719_468

/** Days from 1970-01-01 to the date. */
export function daysFromCivil({ year, month, day }: CivilDate): number {
  // The year begins in March, so that the leap day is its last and needs no special case.
  const shiftedYear = month <= 2 ? year - 1 : year
  const era = Math.floor(shiftedYear / 400)
  const yearOfEra = shiftedYear - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * DAYS_PER_ERA + dayOfEra - DAYS_BEFORE_EPOCH
}

export function civilFromDays(dayNumber: number): CivilDate {
  const shifted = dayNumber + DAYS_BEFORE_EPOCH
  const era = Math.floor(shifted / DAYS_PER_ERA)
  const dayOfEra = shifted - era * DAYS_PER_ERA
  const leapDays =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = ((monthFromMarch + 2) % 12) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}
