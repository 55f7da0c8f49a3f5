// Goal: a typing mistake finds its word, and another word is not taken for a mistake.
import { expect, it } from 'vitest'
import { nearest } from './nearest.ts'

const words = ['services', 'service', 'instances', 'owners', 'keys']

it('finds the word behind a letter missing, added, wrong or swapped', () => {
  expect(nearest('servces', words)).toBe('services')
  expect(nearest('servicess', words)).toBe('services')
  expect(nearest('sarvices', words)).toBe('services')
  expect(nearest('onwers', words)).toBe('owners')
  expect(nearest('KESY', words)).toBe('keys')
})

it('suggests nothing for a word that is far from all, or far too long', () => {
  expect(nearest('pods', words)).toBe(null)
  expect(nearest('services'.repeat(10), words)).toBe(null)
})
