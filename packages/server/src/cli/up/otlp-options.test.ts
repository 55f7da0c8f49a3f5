// Goal: where OpenTelemetry comes in and goes out is what was written, and what is wrong says how to write it.
import { describe, expect, it } from 'vitest'
import { readOtlpOptions } from './otlp-options.ts'

const valueOf = (...given: Parameters<typeof readOtlpOptions>) => {
  const read = readOtlpOptions(...given)
  if (!read.ok) throw new Error(read.error.detail)
  return read.value
}
const refusalOf = (...given: Parameters<typeof readOtlpOptions>): string | undefined => {
  const read = readOtlpOptions(...given)
  return read.ok ? undefined : read.error.detail
}

describe('OpenTelemetry', () => {
  it('comes in at its usual ports, which nobody asked for, and goes out nowhere', () => {
    expect(valueOf({}, undefined)).toEqual({
      http: { port: 4318, isAskedFor: false },
      grpc: { port: 4317, isAskedFor: false },
      out: null,
    })
  })

  it('comes in where it is said, or nowhere', () => {
    expect(valueOf({ otlpHttpPort: '0', otlpGrpcPort: 'off' }, undefined)).toMatchObject({
      http: { port: 0, isAskedFor: true },
      grpc: null,
    })
    expect(refusalOf({ otlpHttpPort: '99999' }, undefined)).toContain('--otlp-http-port must be a number')
    expect(refusalOf({ otlpGrpcPort: '' }, undefined)).toContain('--otlp-grpc-port must be a number')
  })

  it('goes out with headers that are percent-encoded', () => {
    const { out } = valueOf({ otlpOut: 'http://127.0.0.1:4319' }, 'Authorization=Bearer%20x, tenant=a')
    expect(out).toEqual({
      url: 'http://127.0.0.1:4319',
      headers: { authorization: 'Bearer x', tenant: 'a' },
    })
    expect(refusalOf({ otlpOut: 'http://a' }, 'nothing')).toContain('HOLDFAST_OTLP_HEADERS must be')
    expect(refusalOf({ otlpOut: 'collector:4318' }, undefined)).toContain('--otlp-out must be an address')
  })
})
