/**
 * The updates of the next minute: those that are given out, and by experience those that will be given out and come
 * within it. Pure; the experience is one figure.
 */

export interface LoadExperience {
  /** Updates that came, for each that was given out a minute before. */
  readonly ratio: number
}

export const noLoadExperience: LoadExperience = { ratio: 1 }

const GAIN = 0.2

export function learnLoad({ ratio }: LoadExperience, given: number, came: number): LoadExperience {
  return given > 0 ? { ratio: ratio + GAIN * (came / given - ratio) } : { ratio }
}

export const forecastLoad = ({ ratio }: LoadExperience, given: number): number => ratio * given
