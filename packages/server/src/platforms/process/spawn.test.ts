/** Goal: an instance sees its own environment only. Method: the environment that it would be given. */
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { specOf } from '../platform-contract.ts'
import { program } from './fixtures/workbench.ts'
import { instanceEnvironment } from './spawn.ts'

const order = {
  spec: specOf('shop-data-1', program()),
  port: 4_000,
  apiUrl: 'http://127.0.0.1:7070',
  installation: 'here',
  run: 'run-1',
}

it('passes on what any program expects of a machine, with our own node first', () => {
  const server = { PATH: '/usr/bin', HOME: '/home/holdfast', TZ: 'UTC', AWS_SECRET_ACCESS_KEY: 'secret' }
  expect(instanceEnvironment(order, server)).toEqual({
    PATH: `${dirname(process.execPath)}:/usr/bin`,
    HOME: '/home/holdfast',
    TZ: 'UTC',
    HOLDFAST_URL: 'http://127.0.0.1:7070',
    PORT: '4000',
    HOLDFAST_INSTANCE: 'shop-data-1',
    HOLDFAST_SERVICE: 'shop',
    HOLDFAST_PART: 'data',
    HOLDFAST_INSTALLATION: 'here',
    HOLDFAST_RUN: 'run-1',
  })
})

it('lets a manifest set what it likes, but not who the instance is', () => {
  const spec = specOf(
    'shop-data-1',
    program({
      TZ: 'Europe/Berlin',
      HOLDFAST_URL: 'http://edge.example',
      HOLDFAST_INSTANCE: 'another',
      PORT: '80',
    }),
  )
  const environment = instanceEnvironment({ ...order, spec }, { TZ: 'UTC' })
  expect(environment).toMatchObject({
    TZ: 'Europe/Berlin',
    HOLDFAST_URL: 'http://edge.example',
    HOLDFAST_INSTANCE: 'shop-data-1',
    PORT: '4000',
  })
})
