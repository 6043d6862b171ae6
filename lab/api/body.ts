import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { decodeJson, isObject, textAt, type Json, type JsonObject } from '../store/json.ts';
import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import { badRequest, unsupportedMediaType } from './status.ts';

/** Reads what a client sent: JSON or YAML, of the kind the path names. */

const ACCEPTED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

export function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? 'application/json').split(';', 1)[0]?.trim() ?? '';
}

export async function readObject(request: IncomingMessage, kind: Kind): Promise<JsonObject> {
  const type = mediaType(request);
  if (!['application/json', 'application/yaml', '*/*'].includes(type)) throw unsupportedMediaType(ACCEPTED);
  const text = await readText(request);
  const object = parseBody(text, type, kind);
  const [version, name] = [textAt(object, 'apiVersion'), textAt(object, 'kind')];
  if (version !== undefined && version !== apiVersionOf(kind)) {
    throw badRequest(
      `the API version in the data (${version}) does not match the expected API version (${apiVersionOf(kind)})`,
    );
  }
  if (name !== undefined && name !== kind.kind) {
    throw badRequest(`${name} in version "${kind.version}" cannot be handled as a ${kind.kind}`);
  }
  return { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind };
}

/** The options of a delete, which may come as a body or not at all. */
export async function readOptions(request: IncomingMessage): Promise<JsonObject> {
  const text = await readText(request);
  if (text === '') return {};
  const type = mediaType(request);
  if (type !== 'application/json' && type !== 'application/yaml') throw unsupportedMediaType(ACCEPTED);
  const body = parseJson(text, type);
  return isObject(body) ? body : {};
}

function parseBody(text: string, type: string, kind: Kind): JsonObject {
  const problem = (why: string) =>
    badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error: ${why} (${text.slice(0, 200)})`,
    );
  let body: Json;
  try {
    body = parseJson(text, type);
  } catch (error) {
    throw problem(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(body)) throw problem('json: cannot unmarshal into a Go value of type an object');
  return body;
}

function parseJson(text: string, type: string): Json {
  return type === 'application/yaml' ? (parse(text) as Json) : decodeJson(text);
}
