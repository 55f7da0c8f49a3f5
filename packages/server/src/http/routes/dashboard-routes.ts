/** The dashboard's files at /. They hold no data, and a browser cannot send a key for them: all may read them. */
import { everyone } from '../../auth/index.ts'
import { problem, ProblemError } from '../../errors/index.ts'
import type { Api } from '../context.ts'
import { noDashboardPage } from '../pages/docs-pages.ts'
import { sendPage } from '../pages/html-page.ts'
import { listStaticFiles, sendStaticFile, type StaticFiles } from '../pages/static-files.ts'

export async function dashboardRoutes(api: Api, directory: string | null): Promise<void> {
  const files: StaticFiles = directory === null ? new Map() : await listStaticFiles(directory)
  const options = { config: { access: everyone }, schema: { hide: true } }
  api.get('/', options, async (_request, reply) => {
    const index = files.get('/index.html')
    return index === undefined ? sendPage(reply, noDashboardPage) : sendStaticFile(reply, index)
  })
  api.get('/*', options, async (request, reply) => {
    const [path = ''] = request.url.split('?')
    const file = files.get(path)
    if (file === undefined) throw new ProblemError(problem('not-found', `There is nothing at GET ${path}.`))
    return sendStaticFile(reply, file)
  })
}
