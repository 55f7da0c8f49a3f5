/** What was learned of a watch's clients, and how they are laid out, as text for the store and back. */
import type { WatchedParameter } from '@holdfast/core/pacing'
import type { Layout, Learned } from './paced-watch.ts'

const VERSION = 1

export const layoutText = ({ parameters, seed }: Layout): string =>
  JSON.stringify({ version: VERSION, seed, parameters: parameters.map(({ name, type }) => ({ name, type })) })

/** Null for one of another version. */
export function parseLayout(text: string): Layout | null {
  const { version, seed, parameters } = JSON.parse(text) as {
    readonly version: number
    readonly seed: number
    readonly parameters: readonly WatchedParameter[]
  }
  return version === VERSION ? { seed, parameters } : null
}

interface Written extends Omit<Learned, 'features'> {
  readonly features: {
    readonly all: readonly number[]
    readonly byValue: readonly (readonly [string, readonly (readonly [string, readonly number[]])[]])[]
  }
}

export function learnedText({ fleet, features, load }: Learned): string {
  const written: Written = {
    fleet,
    load,
    features: {
      all: [...features.all],
      byValue: [...features.byValue].map(([feature, values]) => [
        feature,
        [...values].map(([value, counts]) => [value, [...counts]]),
      ]),
    },
  }
  return JSON.stringify(written)
}

export function parseLearned(text: string): Learned {
  const { fleet, load, features } = JSON.parse(text) as Written
  return {
    fleet,
    load,
    features: {
      all: Float64Array.from(features.all),
      byValue: new Map(
        features.byValue.map(([feature, values]) => [
          feature,
          new Map(values.map(([value, counts]) => [value, Float64Array.from(counts)])),
        ]),
      ),
    },
  }
}
