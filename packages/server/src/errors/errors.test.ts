// Goal: every code is documented once, and a problem keeps its places on the way into its document.
import { expect, it } from 'vitest'
import { errorReference, problem, problemCodes, problemDocument } from './index.ts'

it('documents every code exactly once, and no code that is not in the table', () => {
  const headings = [...errorReference().matchAll(/^## (.+)$/gm)].map((match) => match[1])
  expect(headings).toEqual(Object.keys(problemCodes).toSorted())
})

it('gives every code a status that is an error, a title, and a hint that is a sentence', () => {
  for (const [code, entry] of Object.entries(problemCodes)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(entry.status).toBeGreaterThanOrEqual(400)
    expect(entry.title).not.toMatch(/\.$/)
    expect(entry.hint).toMatch(/^[A-Z].*\.$/)
  }
})

it('writes a problem as RFC 9457 with its code, its hint and each place in the input', () => {
  const place = { source: 'shop.yaml', line: 3, column: 5, pointer: '/spec/limit' }
  const fault = { message: 'The limit is negative.', hint: 'Write 0 or more.', place }
  expect(problemDocument(problem('manifest-invalid', 'One place is wrong.', [fault]))).toEqual({
    type: '/docs/errors#manifest-invalid',
    title: problemCodes['manifest-invalid'].title,
    status: 422,
    detail: 'One place is wrong.',
    code: 'manifest-invalid',
    hint: problemCodes['manifest-invalid'].hint,
    faults: [{ message: 'The limit is negative.', hint: 'Write 0 or more.', ...place }],
  })
})
