// Goal: a port that cannot be had is said with its flag; other errors stay what they are.
import { expect, it } from 'vitest'
import { listenOn, portProblem } from './listen.ts'

const wanted = { port: 80, by: 'the gateway', flag: '--gateway-port' } as const

it('names the port, who wants it, and the flag that chooses another', () => {
  const problemOf = (code: string) => portProblem(wanted, Object.assign(new Error('listen'), { code }))
  expect(problemOf('EADDRINUSE')).toMatchObject({
    code: 'port-taken',
    detail: 'Port 80 for the gateway is used by another program; --gateway-port chooses another port.',
  })
  expect(problemOf('EACCES')).toMatchObject({ code: 'port-not-allowed' })
})

it('passes on what it does not know', async () => {
  const error = new Error('no memory')
  await expect(listenOn(wanted, () => Promise.reject(error))).rejects.toBe(error)
})
