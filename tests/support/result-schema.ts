// SPDX-License-Identifier: Apache-2.0
/** Validates result.json against its published schema. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const SCHEMA = path.join(import.meta.dirname, '..', '..', 'docs', 'result.schema.json');

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);
const valid = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);

/** Returns the validation errors of a document; empty if it is valid. */
export function schemaErrors(document: unknown): string[] {
  valid(document);
  return (valid.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`;
  });
}
