// Goal: the pure readers of headers and paths say the same as their specifications, also for odd input.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endingHere, removeHeaders } from './hop-headers.ts'
import { operationName } from '../../operation-name.ts'
import { readTarget } from './request-head.ts'
import { parseServerTiming } from './server-timing.ts'
import {
  createSpanId,
  createTraceId,
  parseTraceParent,
  spanInTraceState,
  traceStateWith,
} from './trace-context.ts'

describe('hop headers', () => {
  it('removes those of the connection and those it names, in any case, and keeps order and doubles', () => {
    const headers = [
      'A',
      '1',
      'CONNECTION',
      'X-b, close',
      'x-B',
      '2',
      'Keep-Alive',
      'x',
      'a',
      '3',
      'TE',
      'trailers',
    ]
    expect(removeHeaders(headers, endingHere([]))).toEqual(['A', '1', 'a', '3'])
  })

  it('lets no Connection header take away what frames the message', () => {
    const headers = ['Connection', 'content-length, host', 'Content-Length', '3', 'Host', 'a']
    expect(removeHeaders(headers, endingHere([]))).toEqual(['Content-Length', '3', 'Host', 'a'])
  })

  it('removes those that are written anew', () => {
    expect(removeHeaders(['Via', 'x', 'Vie', 'y'], endingHere(['via']))).toEqual(['Vie', 'y'])
  })
})

describe('operation names', () => {
  it.each([
    ['GET', '/', 'GET /'],
    ['GET', '/orders/7?x=1', 'GET /orders'],
    ['POST', '/orders?x=/a', 'POST /orders'],
    ['GET', '/17/items', 'GET /:id'],
    ['GET', '/3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'GET /:id'],
    ['GET', '/9f86d081884c7d659a2feaa0', 'GET /:id'],
    ['GET', '/01ARZ3NDEKTSV4RRFFQ69G5FAV', 'GET /:id'],
    ['GET', `/${'word-'.repeat(20)}`, 'GET /:id'],
    ['GET', '/v1', 'GET /v1'],
    ['OPTIONS', '*', 'OPTIONS /'],
  ])('calls %s %s "%s"', (method, target, name) => {
    expect(operationName(method, target)).toBe(name)
  })
})

describe('request targets', () => {
  it('reads the origin form and the absolute form and nothing else', () => {
    expect(readTarget('/a?b')).toEqual({ path: '/a?b', authority: null })
    expect(readTarget('http://a.example:80/b')).toEqual({ path: '/b', authority: 'a.example:80' })
    expect(readTarget('http://a.example?b')).toEqual({ path: '/?b', authority: 'a.example' })
    expect(readTarget('ftp://a/')).toBeNull()
    expect(readTarget('a/b')).toBeNull()
    expect(readTarget('')).toBeNull()
  })
})

describe('Server-Timing', () => {
  it.each([
    ['wait;dur=12.5, service;dur=40', 12.5, 40],
    ['service;desc="a, wait;dur=1";dur=3', null, 3],
    ['wait; dur = "7" ; desc=x', 7, null],
    ['db;dur=53, wait;dur=1, wait;dur=2', 3, null],
    ['wait, service;desc=x', null, null],
    ['wait;dur=-1, service;dur=NaN', null, null],
    ['', null, null],
    [`wait;dur=1,${'x'.repeat(5_000)}`, null, null],
  ])('reads %s as waiting %s and service %s', (header, waitMs, serviceMs) => {
    expect(parseServerTiming(header)).toEqual({ waitMs, serviceMs })
  })

  it('reads any text quickly and without failing', () => {
    fc.assert(
      fc.property(
        fc.string({
          maxLength: 4_096,
          unit: fc.constantFrom('"', '\\', ',', ';', 'wait', ' ', '=', 'dur', '1'),
        }),
        (header) => {
          const { waitMs } = parseServerTiming(header)
          expect(waitMs === null || waitMs >= 0).toBe(true)
        },
      ),
    )
    const startedMs = performance.now()
    parseServerTiming('"'.repeat(4_096))
    parseServerTiming('"\\'.repeat(2_048))
    expect(performance.now() - startedMs).toBeLessThan(500)
  })
})

describe('trace context', () => {
  const parent = `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`

  it('reads a traceparent, also of a later version, and refuses malformed ones', () => {
    expect(parseTraceParent(parent)).toEqual({
      traceId: 'a1'.repeat(16),
      spanId: 'b2'.repeat(8),
      flags: '01',
    })
    expect(parseTraceParent(parent.replace('00', '42') + '-more')?.flags).toBe('01')
    for (const bad of [
      '',
      'x',
      parent.toUpperCase(),
      parent.replace('00', 'ff'),
      parent.replaceAll('a1', '00'),
      `${parent}x`,
    ]) {
      expect(parseTraceParent(bad)).toBeNull()
    }
  })

  it('makes ids that are new each time', () => {
    const ids = new Set(Array.from({ length: 3_000 }, () => createTraceId() + createSpanId()))
    expect(ids.size).toBe(3_000)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{48}$/)
  })

  it('carries its own span as the first member of tracestate, and only one', () => {
    expect(traceStateWith('s', null)).toBe('holdfast=s')
    expect(traceStateWith('s', 'a=1, holdfast=old ,b=2')).toBe('holdfast=s,a=1,b=2')
    expect(spanInTraceState('a=1, holdfast=s')).toBe('s')
    expect(spanInTraceState('a=holdfast=s')).toBeNull()
    expect(traceStateWith('s', `a=${'x'.repeat(400)},b=${'y'.repeat(400)}`).length).toBeLessThanOrEqual(512)
  })
})
