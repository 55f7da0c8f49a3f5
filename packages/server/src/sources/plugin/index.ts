export { openPlugin } from './open-plugin.ts'
