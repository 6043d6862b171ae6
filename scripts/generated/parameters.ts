/** What documentation and manifests say of the parameters. */
import type * as v from 'valibot';
import { stringify } from 'yaml';
import {
  camelCaseKey,
  environmentName,
  GROUPS,
  PARAMETER_NAMES,
  parameterRow,
  resultRows,
  type ParameterName,
  type ParameterRow,
} from '../../model/parameters.ts';

function namesOf(group: string): ParameterName[] {
  return PARAMETER_NAMES.filter((name) => parameterRow(name).group === group);
}

/** "`5`", "random", "" for a required parameter. */
function defaultCell({ default: usual = '', absent = '' }: ParameterRow): string {
  if (usual === '') return absent;
  return absent === '' ? `\`${usual}\`` : `\`${usual}\`: ${absent}`;
}

/** Returns a Markdown table for each group. */
export function parameterTables(): string {
  return GROUPS.map((group) => {
    const rows = namesOf(group).map((name) => {
      const row = parameterRow(name);
      const required = row.required ? 'yes' : 'no';
      const { expected } = row.type;
      return `| \`${name}\` | \`${environmentName(name)}\` | ${expected} | ${required} | ${defaultCell(row)} | ${row.description} |`;
    });
    const head = '| Name | Environment variable | Type | Required | Default | Description |\n|-|-|-|-|-|-|';
    return `\n### ${group}\n\n${head}\n${rows.join('\n')}\n`;
  }).join('');
}

/** Returns the commented lines of the ConfigMap: one example for each parameter that is not required. */
export function configManifest(): string {
  return GROUPS.flatMap((group) => {
    const names = namesOf(group).filter((name) => !parameterRow(name).required);
    if (names.length === 0) return [];
    return ['', `# ${group}`, ...names.flatMap(manifestLines)];
  })
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}

function manifestLines(name: ParameterName): string[] {
  const row = parameterRow(name);
  const { default: usual = '', absent = '' } = row;
  const explained = usual === '' ? absent : absent === '' ? usual : `${usual} (${absent})`;
  const example = { [camelCaseKey(name)]: row.example ?? usual };
  return [
    `# ${row.description.replaceAll('`', '"')}`,
    `# Value: ${row.type.expected}. Default: ${explained}.`,
    `# ${stringify(example, { singleQuote: true, lineWidth: 0, version: '1.1' }).trim()}`,
  ];
}

/** Returns the JSON Schema of the resolved parameters. */
export function parameterSchema(): object {
  const rows = resultRows().map(({ member, row, required }) => {
    const description = row.description.replaceAll('`', '') + (required ? '' : ` Absent: ${row.absent ?? 'not set'}.`);
    return [member, { ...jsonSchema(row.type.schema), description }];
  });
  return {
    type: 'object',
    description: 'The input as it was understood. Absent where it could not be.',
    properties: {
      network: { $ref: '#/$defs/objectReference', description: 'The NetworkAttachmentDefinition.' },
      ...(Object.fromEntries(rows) as object),
      timeoutMs: { type: 'number', minimum: 0, description: 'spec.timeout, milliseconds.' },
    },
    required: ['network', ...resultRows().flatMap(({ member, required }) => (required ? [member] : [])), 'timeoutMs'],
    additionalProperties: false,
  };
}

/** The kinds of schemas and restrictions that parameters use. */
type Schema =
  | v.StringSchema<undefined>
  | v.NumberSchema<undefined>
  | v.BooleanSchema<undefined>
  | v.PicklistSchema<readonly string[], undefined>
  | v.ArraySchema<v.GenericSchema, undefined>;

function jsonSchema(schema: v.GenericSchema): object {
  const [, ...restrictions] = 'pipe' in schema ? (schema.pipe as { type: string; requirement?: unknown }[]) : [];
  const known = new Map(restrictions.map(({ type, requirement }) => [type, requirement]));
  const one = schema as unknown as Schema;
  switch (one.type) {
    case 'picklist':
      return { enum: one.options };
    case 'array':
      return { type: 'array', items: jsonSchema(one.item), ...(known.has('non_empty') && { minItems: 1 }) };
    case 'number':
      return {
        type: known.has('integer') ? 'integer' : 'number',
        minimum: known.get('min_value'),
        maximum: known.get('max_value'),
      };
    case 'string':
    case 'boolean':
      return { type: one.type };
  }
}
