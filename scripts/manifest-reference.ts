/** Turns the manifests' JSON Schema into a page: each kind and each value with its keys, forms and meaning. */

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly description?: string
  readonly const?: string | number | boolean
  readonly enum?: readonly (string | number | boolean)[]
  readonly examples?: readonly unknown[]
  readonly default?: unknown
  readonly minimum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly definitions?: Readonly<Record<string, Schema>>
}

const KINDS = ['Owner', 'InstanceType', 'Service', 'Agreement']

export function manifestReference(schema: object): string {
  const definitions = (schema as Schema).definitions ?? {}
  const values = Object.keys(definitions)
    .filter((name) => !KINDS.includes(name))
    .toSorted()
  return [
    '# Manifests',
    '',
    'Generated from the schema, `packages/server/schema/holdfast-v1.schema.json`, by `npm run generate`.',
    'A manifest is YAML or JSON; a file may hold several documents. Unknown keys are errors.',
    '',
    ...[...KINDS, ...values].flatMap((name) => section(name, definitions[name])),
  ].join('\n')
}

function section(name: string, schema: Schema | undefined): readonly string[] {
  if (schema === undefined) return []
  const rows = forms(schema).flatMap((form) => rowsOf(form, ''))
  const table = rows.length === 0 ? [] : ['| key | form | meaning |', '|---|---|---|', ...rows, '']
  return [`## ${name}`, '', ...(rows.length === 0 ? [meaning(schema), ''] : describe(schema)), ...table]
}

const describe = ({ description }: Schema): readonly string[] =>
  description === undefined ? [] : [description, '']

const forms = (schema: Schema): readonly Schema[] => schema.oneOf ?? schema.anyOf ?? [schema]

/** One row for each key, those of nested mappings below their parent's. */
function rowsOf(schema: Schema, prefix: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
    const path = `${prefix}${key}`
    const needed = schema.required?.includes(key) === true ? '' : ' (optional)'
    const row = `| \`${path}\`${needed} | ${form(child)} | ${meaning(child)} |`
    const nested = child.items === undefined ? rowsOf(child, `${path}.`) : rowsOf(child.items, `${path}[].`)
    return [row].concat(nested)
  })
}

function form(schema: Schema): string {
  const named = schema.$ref ?? schema.allOf?.[0]?.$ref
  if (named !== undefined) {
    const name = named.split('/').at(-1) ?? ''
    return `[${name}](#${name.toLowerCase()})`
  }
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${String(one)}\``).join(', ')
  if (schema.items !== undefined) return `list of ${form(schema.items)}`
  const alternatives = schema.oneOf ?? schema.anyOf
  if (alternatives !== undefined) return [...new Set(alternatives.map(form))].join(' or ')
  return schema.type === 'object' ? 'mapping' : (schema.type ?? 'any value')
}

function meaning(schema: Schema): string {
  const examples = (schema.examples ?? []).map(
    (one) => `\`${typeof one === 'string' ? one : JSON.stringify(one)}\``,
  )
  const said = [
    schema.description ?? '',
    examples.length === 0 ? '' : `Such as ${examples.join(', ')}.`,
    schema.default === undefined ? '' : `${JSON.stringify(schema.default)} if not given.`,
  ]
  return said
    .filter((one) => one !== '')
    .join(' ')
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
}
