/** The door of the loop. */
export { createControlLoop } from './control-loop.ts'

export { createLiveBoard } from './live-board.ts'

export type { LiveView } from './live.ts'
