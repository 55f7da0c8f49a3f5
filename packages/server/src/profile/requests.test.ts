/** Goal: what a person writes after --request is sent as it was meant. Method: by example. */
import { expect, it } from 'vitest'
import { parseRequest } from './requests.ts'

it('reads a method and a path, for the entry', () => {
  expect(parseRequest('GET /products?page=2')).toEqual({
    ok: true,
    value: {
      part: null,
      request: { method: 'GET', target: '/products?page=2', headers: {}, body: null },
    },
  })
})

it('reads a part before it and a body behind it', () => {
  const read = parseRequest('data: POST /orders {"item": 7}')
  expect(read).toMatchObject({
    value: {
      part: 'data',
      request: { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': 11 } },
    },
  })
  expect(read.ok && read.value.request.body?.toString()).toBe('{"item": 7}')
})

it('sends as text what is not JSON', () => {
  const read = parseRequest('POST /echo hello world')
  expect(read).toMatchObject({
    value: { request: { headers: { 'content-type': 'text/plain; charset=utf-8' } } },
  })
})

it.each(['/products', 'GET', 'get /products', 'GET products', ''])(
  'refuses %j and says how to write it',
  (text) => {
    expect(parseRequest(text)).toMatchObject({ ok: false, error: { code: 'request-malformed' } })
  },
)
