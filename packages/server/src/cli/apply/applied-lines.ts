/** One applied document for people: what became of it, and each difference as a path with both values. */
import type { AppliedView, ApplyWarning } from '../../http/api.ts'
import type { Paint, Style } from '../paint.ts'

/** Longer values are cut; `--json` has them whole. */
const MAX_VALUE_LENGTH = 60

const words: Readonly<Record<AppliedView['action'], { readonly style: Style; readonly dry: string }>> = {
  created: { style: 'good', dry: 'would be created' },
  changed: { style: 'warning', dry: 'would change' },
  unchanged: { style: 'muted', dry: 'unchanged' },
}

export interface AppliedLook {
  readonly dryRun: boolean
  readonly paint: Paint
}

export function appliedLines(view: AppliedView, { dryRun, paint }: AppliedLook): readonly string[] {
  const { style, dry } = words[view.action]
  const said = dryRun ? dry : `${view.action} (version ${view.version})`
  return [
    `${reference(view)} ${paint(style, said)}`,
    ...view.differences.map(
      ({ path, before, after }) =>
        `  ${path}: ${paint('bad', valueText(before))} → ${paint('good', valueText(after))}`,
    ),
  ]
}

export const warningLine = ({ agreement, entry, says }: ApplyWarning): string =>
  `agreement/${agreement}${entry === null ? '' : `, ${entry}`}: ${says}`

/** "service/shop", "instance-type/small". */
export function reference({ kind, name }: Pick<AppliedView, 'kind' | 'name'>): string {
  return `${kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}/${name}`
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text
}
