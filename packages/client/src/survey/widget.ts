/**
 * The question on a page: a small dialog in a corner that takes nothing away from what a person does. It is reached by
 * keyboard and told of by screen readers, moves only for those who don't mind, and lives in a shadow tree, so that neither
 * its style nor the page's touches the other. It sets no inline style or handler: a strict content security policy holds.
 */
import type { SurveyWord } from './options.ts'
import type { Survey } from './survey.ts'

export interface SurveyTexts {
  readonly question: string
  readonly great: string
  readonly ok: string
  readonly tooSlow: string
  readonly dismiss: string
  readonly thanks: string
}

export interface ShowOptions {
  readonly texts?: Partial<SurveyTexts>
  /** Where it is put; the body of the page if nothing is said. */
  readonly into?: Element
  /** How long the thanks stay: 2 s if nothing is said. */
  readonly thanksMs?: number
}

export interface ShownSurvey {
  /** It was answered or dismissed; the widget is gone. */
  readonly closed: Promise<'answered' | 'dismissed'>
  dismiss(): void
}

const TEXTS: SurveyTexts = {
  question: 'How quick is it today?',
  great: 'Great',
  ok: 'OK',
  tooSlow: 'Too slow',
  dismiss: 'Close without an answer',
  thanks: 'Thank you.',
}

const THANKS_MS = 2_000

const STYLE = `
:host { all: initial; position: fixed; inset-block-end: 16px; inset-inline-end: 16px; z-index: 2147483000; color-scheme: inherit }
.box { box-sizing: border-box; max-inline-size: min(340px, calc(100vw - 32px)); padding: 14px 16px; border: 1px solid light-dark(#b8bcc4, #5b6069);
  border-radius: 10px; background: light-dark(#fff, #1f2227); color: light-dark(#1b1e23, #eceef1); font: 15px/1.4 system-ui, sans-serif;
  box-shadow: 0 4px 18px rgb(0 0 0 / 22%) }
.head { display: flex; gap: 12px; align-items: start; justify-content: space-between }
p { margin: 0 }
.answers { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 10px }
button { font: inherit; color: inherit; background: transparent; border: 1px solid light-dark(#6b717c, #8b919c); border-radius: 7px;
  padding: 7px 13px; min-block-size: 36px; cursor: pointer }
button:hover { background: light-dark(#eef0f3, #2d3138) }
button:focus-visible { outline: 3px solid light-dark(#1a5fd0, #82b1ff); outline-offset: 2px }
.dismiss { border-color: transparent; padding: 0; min-inline-size: 36px; margin: -7px -9px 0 0 }
@media (prefers-reduced-motion: no-preference) { .box { animation: come 180ms ease-out }
  @keyframes come { from { opacity: 0; transform: translateY(10px) } } }
`

/**
 * Asks, if it is due; null where it is not.
 *
 * @example
 * const survey = createSurvey({ service: 'shop', client: 'account-17', every: 50, key })
 * showSurvey(survey)
 */
export function showSurvey(survey: Survey, options: ShowOptions = {}): ShownSurvey | null {
  const question = survey.ask()
  if (question === null) return null
  const into = options.into ?? document.body
  const view = buildView({ ...TEXTS, ...options.texts })
  const before = document.activeElement
  let close: (how: 'answered' | 'dismissed') => void = () => {}
  const closed = new Promise<'answered' | 'dismissed'>((resolve) => void (close = resolve))
  const giveBackFocus = (): void => {
    const hasFocus = document.activeElement === view.host
    if (hasFocus && before instanceof HTMLElement && before.isConnected) before.focus()
  }
  const leave = (how: 'answered' | 'dismissed'): void => {
    giveBackFocus()
    view.host.remove()
    close(how)
  }
  let isOpen = true
  const once = (act: () => void): void => {
    if (!isOpen) return
    isOpen = false
    act()
  }
  const dismiss = (): void =>
    once(() => {
      question.dismiss()
      leave('dismissed')
    })
  for (const [word, button] of view.answers)
    button.addEventListener('click', () =>
      once(() => {
        question.answer(word)
        giveBackFocus()
        view.thank()
        setTimeout(() => leave('answered'), options.thanksMs ?? THANKS_MS)
      }),
    )
  view.dismiss.addEventListener('click', dismiss)
  view.host.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') dismiss()
  })
  into.append(view.host)
  view.announce()
  return { closed, dismiss }
}

interface View {
  readonly host: HTMLElement
  readonly answers: readonly (readonly [SurveyWord, HTMLButtonElement])[]
  readonly dismiss: HTMLButtonElement
  /** A region that is filled after it is there is read out; one that comes filled is not. */
  announce(): void
  thank(): void
}

function buildView(texts: SurveyTexts): View {
  const host = document.createElement('holdfast-survey')
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(STYLE)
  root.adoptedStyleSheets = [sheet]
  const asks = element('p', { id: 'asks', role: 'status' })
  const dismiss = button('×', { class: 'dismiss', 'aria-label': texts.dismiss })
  const words = [
    ['great', texts.great],
    ['ok', texts.ok],
    ['too-slow', texts.tooSlow],
  ] as const
  const answers = words.map(([word, text]) => [word, button(text, {})] as const)
  const row = element('div', { class: 'answers' }, ...answers.map(([, one]) => one))
  const box = element(
    'div',
    { class: 'box', role: 'dialog', 'aria-label': texts.question },
    element('div', { class: 'head' }, asks, dismiss),
    row,
  )
  root.append(box)
  return {
    host,
    answers,
    dismiss,
    announce: () => void (asks.textContent = texts.question),
    thank: () => {
      asks.textContent = texts.thanks
      row.remove()
      dismiss.remove()
    },
  }
}

function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Element[]
): HTMLElement {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

function button(text: string, attributes: Readonly<Record<string, string>>): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.textContent = text
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}
