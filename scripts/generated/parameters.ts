// SPDX-License-Identifier: Apache-2.0
/** Text about the parameters for documentation and manifests. */
import { stringify } from 'yaml';
import {
  camelCaseKey,
  environmentName,
  GROUPS,
  PARAMETER_NAMES,
  parameterRow,
  type ParameterName,
  type ParameterRow,
} from '../../model/parameters.ts';

function namesOf(group: string): ParameterName[] {
  return PARAMETER_NAMES.filter((name) => parameterRow(name).group === group);
}

/** "`5`", "random", "" for a required parameter. */
function defaultCell({ default: usual = '', meshDefault, absent = '' }: ParameterRow): string {
  if (usual === '') return absent;
  if (meshDefault !== undefined) return `\`${usual}\`, in a mesh \`${meshDefault}\``;
  return absent === '' ? `\`${usual}\`` : `\`${usual}\`: ${absent}`;
}

function requiredCell({ required, instead }: ParameterRow): string {
  if (!required) return 'no';
  return instead === undefined ? 'yes' : `yes, or \`${instead}\``;
}

/** Returns a Markdown table for each group. */
export function parameterTables(): string {
  return GROUPS.map((group) => {
    const rows = namesOf(group).map((name) => {
      const row = parameterRow(name);
      const required = requiredCell(row);
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
  const explained = defaultCell(row)
    .replaceAll('`', '')
    .replace(/: (.*)$/, ' ($1)');
  const example = { [camelCaseKey(name)]: row.example ?? row.default };
  return [
    `# ${row.description.replaceAll('`', '"')}`,
    `# Value: ${row.type.expected}. Default: ${explained}.`,
    `# ${stringify(example, { singleQuote: true, lineWidth: 0, version: '1.1' }).trim()}`,
  ];
}
