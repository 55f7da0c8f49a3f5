/** The door of the loop. */
export { createControlLoop } from './control-loop.ts'
export type { ControlLoop, LoopDependencies, LoopLog, Ticked, TickBoard } from './control-loop.ts'
export { createLiveBoard } from './live-board.ts'
export type { LiveBoard } from './live-board.ts'
export type { LiveView } from './live.ts'
