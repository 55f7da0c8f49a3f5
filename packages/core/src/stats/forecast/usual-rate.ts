/** The load that is usual at a time further ahead than anything is forecast for: that of the week, else of the day. */
import type { EpochMs } from '../../units/index.ts'
import { DAY, seasonRate, WEEK } from './season.ts'
import type { Forecaster } from './state.ts'

/** Operations a second; null where nothing was seen at that time of the day yet. */
export const usualRate = ({ week, day }: Forecaster, at: EpochMs): number | null =>
  seasonRate(week.rates, WEEK, at) ?? seasonRate(day.rates, DAY, at)
