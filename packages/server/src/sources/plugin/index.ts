export { openPlugin } from './open-plugin.ts'
export type { ReadText } from './open-plugin.ts'
