/** A run over its time as an SVG file: load, instances of each part on top of each other, share within the limit. */
import type { PartName } from '@holdfast/core/units'
import { figure } from '../figures.ts'
import { durationText } from './chart.ts'
import type { Simulated } from './run-all.ts'
import { instancesOf } from './series.ts'

const WIDTH = 960
const LEFT = 64
const RIGHT = 24
const PANEL = 150
const GAP = 46
const TOP = 48

/** Told apart by people who see few colours as well (Okabe and Ito). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#f0e442', '#d55e00']
const MUTED = '#666'
/** What is not of one part. */
const OF_ALL = '#7a8ca0'

export function pictureOf(simulated: Simulated): string {
  const { service, series, shown, says, seed } = simulated
  const { pieces, duration } = series
  const load = pieces.map((piece) => piece.load)
  const total = pieces.map(instancesOf)
  const panels = [
    panel(0, 'Operations a second', highest(load), [area(load, highest(load), 0, OF_ALL)]),
    panel(1, 'Instances', highest(total), stacked(simulated, highest(total))),
    ...(shown === null
      ? []
      : [
          panel(
            2,
            `Within the limit of ${shown.level}, in % (${figure(shown.promised * 100)} promised)`,
            100,
            [
              area(
                pieces.map(({ within }) => (within === null ? null : within * 100)),
                100,
                2,
                OF_ALL,
              ),
              rule(shown.promised * 100, 2),
            ],
          ),
        ]),
  ]
  const height = TOP + panels.length * (PANEL + GAP)
  const title = `${service.name}: ${says}, ${durationText(duration)}, seed ${seed}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="${LEFT}" y="26" font-size="15" font-weight="bold">${escaped(title)}</text>`,
    legend(service.parts.map(({ name }) => name)),
    ...panels,
    `<text x="${LEFT}" y="${height - 22}" fill="${MUTED}">0</text>`,
    `<text x="${WIDTH - RIGHT}" y="${height - 22}" fill="${MUTED}" text-anchor="end">${durationText(duration)}</text>`,
    '</svg>',
    '',
  ].join('\n')
}

function panel(nth: number, title: string, ceiling: number, drawn: readonly string[]): string {
  const top = topOf(nth)
  const right = WIDTH - RIGHT
  return [
    `<text x="${LEFT}" y="${top - 8}" font-weight="bold">${escaped(title)}</text>`,
    ...drawn,
    `<path d="M${LEFT} ${top}V${top + PANEL}H${right}" fill="none" stroke="#333"/>`,
    `<text x="${LEFT - 8}" y="${top + 10}" text-anchor="end" fill="${MUTED}">${figure(ceiling)}</text>`,
    `<text x="${LEFT - 8}" y="${top + PANEL}" text-anchor="end" fill="${MUTED}">0</text>`,
  ].join('\n')
}

/** The first part lies at the bottom; drawn from the top down, so that each covers what lies below it. */
function stacked({ service, series: { pieces } }: Simulated, ceiling: number): readonly string[] {
  const areas = service.parts.map((_, upTo) => {
    const values = pieces.map(({ load, instances }) =>
      load === null
        ? null
        : service.parts.slice(0, upTo + 1).reduce((sum, { name }) => sum + (instances[name] ?? 0), 0),
    )
    return area(values, ceiling, 1, colourOf(upTo))
  })
  return areas.toReversed()
}

function area(values: readonly (number | null)[], ceiling: number, nth: number, colour: string): string {
  const floor = topOf(nth) + PANEL
  const step = (WIDTH - LEFT - RIGHT) / Math.max(1, values.length)
  const points = values.map((value, index) => {
    const y = floor - (Math.min(value ?? 0, ceiling) / ceiling) * PANEL
    return `V${y.toFixed(1)}H${(LEFT + (index + 1) * step).toFixed(1)}`
  })
  return `<path d="M${LEFT} ${floor}${points.join('')}V${floor}Z" fill="${colour}"/>`
}

/** A dashed line at what was promised. */
function rule(value: number, nth: number): string {
  const y = (topOf(nth) + PANEL - (value / 100) * PANEL).toFixed(1)
  return `<path d="M${LEFT} ${y}H${WIDTH - RIGHT}" stroke="#d55e00" stroke-dasharray="6 4"/>`
}

function legend(parts: readonly PartName[]): string {
  let x = LEFT + LEGEND_FROM
  return parts
    .map((name, index) => {
      const at = x
      x += 34 + name.length * 7
      return `<rect x="${at}" y="${topOf(1) - 17}" width="10" height="10" fill="${colourOf(index)}"/><text x="${at + 15}" y="${topOf(1) - 8}">${escaped(name)}</text>`
    })
    .join('')
}

/** Beside the title of the instances. */
const LEGEND_FROM = 90

const topOf = (nth: number): number => TOP + 10 + nth * (PANEL + GAP)

const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? MUTED

const highest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0) || 1

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
