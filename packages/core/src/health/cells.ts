/**
 * Keeps the bytes of cells by their place in time, some of them in one piece of memory: each by itself would take more
 * for being there than for what it holds.
 */
import type { TallySum } from './tally-sum.ts'
import type { NumberedNames } from './tally-bytes.ts'

/** What is known of a cell: nothing, that nothing is in it, that it is the same as another, or its bytes. */
export type CellState = 'absent' | 'empty' | 'same' | 'held'

const PLACE_BITS = 5
const PLACES = 1 << PLACE_BITS
const FIRST_BYTES = 128
const GROWTH = 1.3

const [ABSENT, EMPTY, SAME] = [0, -1, -2] as const

/** Cells that lie next to each other in time. */
interface Piece {
  /** Of each where its bytes begin, and one more, or one of those above; behind that of each how many they are. */
  readonly places: Int32Array
  view: DataView<ArrayBuffer>
  used: number
  /** Of these, those that are still meant. */
  live: number
}

export class Cells {
  readonly #names: NumberedNames
  readonly #pieces = new Map<number, Piece>()
  /** The one that was begun last. */
  #latest: Piece | null = null

  constructor(names: NumberedNames) {
    this.#names = names
  }

  stateOf(place: number): CellState {
    const begin = this.#pieces.get(pieceOf(place))?.places[placeIn(place)] ?? ABSENT
    if (begin > 0) return 'held'
    return begin === ABSENT ? 'absent' : begin === EMPTY ? 'empty' : 'same'
  }

  /** Adds what is held of the cell; false where it is not. */
  addTo(sum: TallySum, place: number): boolean {
    const piece = this.#pieces.get(pieceOf(place))
    const begin = piece?.places[placeIn(place)] ?? ABSENT
    if (piece === undefined || begin <= 0) return false
    sum.add(piece.view, begin - 1, this.#names)
    return true
  }

  hold(place: number, bytes: Uint8Array): void {
    const piece = this.#cleared(place)
    if (piece.used + bytes.length > piece.view.byteLength)
      moveTo(piece, Math.max(FIRST_BYTES, Math.ceil((piece.live + bytes.length) * GROWTH)))
    new Uint8Array(piece.view.buffer).set(bytes, piece.used)
    const within = placeIn(place)
    piece.places[within] = piece.used + 1
    piece.places[PLACES + within] = bytes.length
    piece.used += bytes.length
    piece.live += bytes.length
  }

  mark(place: number, as: 'empty' | 'same'): void {
    this.#cleared(place).places[placeIn(place)] = as === 'empty' ? EMPTY : SAME
  }

  forget(place: number): void {
    const piece = this.#pieces.get(pieceOf(place))
    if (piece !== undefined) clear(piece, placeIn(place))
  }

  /** Those before the place whose bytes are held. */
  heldBefore(end: number): readonly number[] {
    const held: number[] = []
    for (const [number, { places }] of this.#pieces) {
      const first = number * PLACES
      for (let i = 0; i < PLACES && first + i < end; i++) if ((places[i] ?? ABSENT) > 0) held.push(first + i)
    }
    return held
  }

  forgetBefore(end: number): void {
    for (const [number, piece] of this.#pieces) {
      const first = number * PLACES
      if (first + PLACES <= end) this.#pieces.delete(number)
      else for (let i = 0; i < PLACES && first + i < end; i++) clear(piece, i)
    }
  }

  #cleared(place: number): Piece {
    const number = pieceOf(place)
    const piece = this.#pieces.get(number)
    if (piece === undefined) {
      // Time goes on: to the piece before it hardly anything will be added.
      if (this.#latest !== null) moveTo(this.#latest, this.#latest.live)
      this.#latest = newPiece()
      this.#pieces.set(number, this.#latest)
      return this.#latest
    }
    clear(piece, placeIn(place))
    return piece
  }
}

// Places are whole numbers below 2^31 for another sixty years.
const pieceOf = (place: number): number => Math.floor(place / PLACES)
const placeIn = (place: number): number => place - pieceOf(place) * PLACES

const newPiece = (): Piece => ({
  places: new Int32Array(2 * PLACES),
  view: new DataView(new ArrayBuffer(FIRST_BYTES)),
  used: 0,
  live: 0,
})

function clear(piece: Piece, within: number): void {
  if ((piece.places[within] ?? ABSENT) > 0) piece.live -= piece.places[PLACES + within] ?? 0
  piece.places[within] = ABSENT
}

/** Leaves behind what is not meant any more. */
function moveTo(piece: Piece, size: number): void {
  const moved = new Uint8Array(size)
  const bytes = new Uint8Array(piece.view.buffer)
  let used = 0
  for (let i = 0; i < PLACES; i++) {
    const begin = piece.places[i] ?? ABSENT
    if (begin <= 0) continue
    const length = piece.places[PLACES + i] ?? 0
    moved.set(bytes.subarray(begin - 1, begin - 1 + length), used)
    piece.places[i] = used + 1
    used += length
  }
  piece.view = new DataView(moved.buffer)
  piece.used = used
  piece.live = used
}
