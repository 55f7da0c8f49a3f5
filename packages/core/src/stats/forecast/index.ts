/**
 * The door of the forecast of load.
 */
export { forecastRate, forecastRates, forecastUsual } from './forecast-rate.ts'
export type { ExpectedRate, RateForecast } from './forecast-rate.ts'
export { observeArrivals } from './observe-arrivals.ts'
export { noForecast } from './state.ts'
export type { Forecaster } from './state.ts'
export { usualRate } from './usual-rate.ts'
