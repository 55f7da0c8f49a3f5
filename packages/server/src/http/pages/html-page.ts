/**
 * Pages that the server writes itself: plain HTML with one style sheet inside, which the page's policy names
 * by its hash. No script, nothing from elsewhere.
 */
import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code { font: 0.9em ui-monospace, monospace }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.8rem 0.4rem 0; border-bottom: 1px solid #8884 }
details { margin: 0.3rem 0 } summary { cursor: pointer }
`
const styleHash = createHash('sha256').update(style).digest('base64')

const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

export interface HtmlPage {
  readonly title: string
  /** HTML; what comes from elsewhere goes through `escapeHtml` first. */
  readonly body: string
}

export function sendPage(reply: FastifyReply, { title, body }: HtmlPage): FastifyReply {
  return reply
    .header('content-security-policy', pagePolicy)
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>` +
        `<meta name="viewport" content="width=device-width"><style>${style}</style></head><body>${body}</body></html>\n`,
    )
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (found) => entities[found] ?? found)
