/** The pages /docs and /docs/errors: the operations out of the OpenAPI document, and the table of errors. */
import { z } from 'zod'
import { documentedCodes, retryAdvice } from '../../errors/index.ts'
import { escapeHtml, type HtmlPage } from './html-page.ts'

const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  description: z.string().optional(),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.string(),
        required: z.boolean().optional(),
        description: z.string().optional(),
      }),
    )
    .default([]),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()),
})
const documentShape = z.object({
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
})

type Operation = z.infer<typeof operation>

/** `document` is the OpenAPI document of this server. */
export function operationsPage(document: unknown): HtmlPage {
  const { info, paths } = documentShape.parse(document)
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => operationHtml(method, path, each)),
  )
  const body =
    `<h1>${escapeHtml(info.title)} ${escapeHtml(info.version)}</h1>` +
    '<p>Send a key with <code>Authorization: Bearer KEY</code>. The same as a document for tools: ' +
    '<a href="/openapi.json">openapi.json</a>. What can go wrong: <a href="/docs/errors">errors</a>.</p>'
  return { title: 'Holdfast API', body: body + rows.join('') }
}

function operationHtml(method: string, path: string, each: Operation): string {
  const { operationId, summary, description, parameters, requestBody, responses } = each
  const rows = parameters.map(
    (parameter) =>
      `<tr><td><code>${escapeHtml(parameter.name)}</code></td><td>${escapeHtml(parameter.in)}` +
      `${parameter.required === true ? ', required' : ''}</td><td>${escapeHtml(parameter.description ?? '')}</td></tr>`,
  )
  const answers = Object.keys(responses).filter((status) => status !== 'default')
  return (
    `<details id="${escapeHtml(operationId)}"><summary><code>${method.toUpperCase()} ${escapeHtml(path)}</code> ` +
    `${escapeHtml(summary)}</summary>` +
    (description === undefined ? '' : `<p>${escapeHtml(description)}</p>`) +
    (rows.length === 0
      ? ''
      : `<table><tr><th>Parameter</th><th>In</th><th></th></tr>${rows.join('')}</table>`) +
    (requestBody === undefined ? '' : '<p>Takes a JSON body.</p>') +
    `<p>Answers ${answers.map(escapeHtml).join(', ')}, or a problem.</p></details>`
  )
}

export function errorsPage(): HtmlPage {
  const rows = documentedCodes().map(
    ({ code, entry }) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${entry.status}</td><td>${escapeHtml(entry.title)}. ` +
      `${escapeHtml(entry.hint)} ${retryAdvice(entry.retriable)}</td></tr>`,
  )
  return {
    title: 'Holdfast errors',
    body: `<h1>Errors</h1><table><tr><th>Code</th><th>Status</th><th>What it means</th></tr>${rows.join('')}</table>`,
  }
}

export const noDashboardPage: HtmlPage = {
  title: 'Holdfast',
  body:
    '<h1>Holdfast runs</h1><p>The dashboard is not built. Build it with <code>npm run build -w @holdfast/dashboard</code> ' +
    'and start again.</p><p>The API is described at <a href="/docs">/docs</a>.</p>',
}
