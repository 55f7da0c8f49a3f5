export { openHost } from './open-host.ts'
