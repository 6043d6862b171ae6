// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { decodeJson, isObject, textAt, type Json, type JsonObject } from '../store/json.ts';
import { decodeProtobuf } from './protobuf.ts';
import { badRequest, unsupportedMediaType } from '../kinds/status.ts';

/** Parses a request body: JSON, YAML or protobuf, of the type that the path names. */

export const MEDIA_TYPES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

export function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? 'application/json').split(';', 1)[0]?.trim() ?? '';
}

export async function readObject(
  request: IncomingMessage,
  wanted: { apiVersion: string; kind: string },
): Promise<JsonObject> {
  const object = decodeBody(mediaType(request), await readBytes(request), wanted.kind);
  requireType(object, wanted);
  return { ...object, apiVersion: wanted.apiVersion, kind: wanted.kind };
}

/** A body without a type has the expected type. */
export function requireType(object: JsonObject, wanted: { apiVersion: string; kind: string }): void {
  const [version, kind] = [textAt(object, 'apiVersion'), textAt(object, 'kind')];
  if (version !== undefined && version !== wanted.apiVersion) {
    throw badRequest(
      `the API version in the data (${version}) does not match the expected API version (${wanted.apiVersion})`,
    );
  }
  if (kind !== undefined && kind !== wanted.kind) {
    throw badRequest(
      `${kind} in version "${wanted.apiVersion.split('/').at(-1)}" cannot be handled as a ${wanted.kind}`,
    );
  }
}

/** Parses the options of a delete; the body is optional. */
export async function readOptions(request: IncomingMessage): Promise<JsonObject> {
  const data = await readBytes(request);
  return data.length === 0 ? {} : decodeBody(mediaType(request), data, 'DeleteOptions');
}

function decodeBody(type: string, data: Buffer, kind: string): JsonObject {
  switch (type) {
    case 'application/json':
    case '*/*':
      return requireObject(() => decodeJson(data.toString('utf8')), data, kind);
    case 'application/yaml':
      return requireObject(() => parse(data.toString('utf8')) as Json, data, kind);
    case 'application/vnd.kubernetes.protobuf': {
      return requireKnown(data, kind);
    }
    default:
      throw unsupportedMediaType(MEDIA_TYPES);
  }
}

function requireKnown(data: Buffer, kind: string): JsonObject {
  let object: JsonObject | undefined;
  try {
    object = decodeProtobuf(data);
  } catch (error) {
    throw badRequest(`unable to decode the protobuf body: ${reasonOf(error)}`);
  }
  if (!object)
    throw unsupportedMediaType(`application/json, application/yaml: the lab decodes no ${kind} from protobuf`);
  return object;
}

function requireObject(read: () => Json, data: Buffer, kind: string): JsonObject {
  const problem = (why: string) =>
    badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${data.toString('utf8').slice(0, 200)})`,
    );
  let body: Json;
  try {
    body = read();
  } catch (error) {
    throw problem(goReason(reasonOf(error), data.length));
  }
  if (!isObject(body)) throw problem('json: cannot unmarshal into a Go value of type an object');
  return body;
}

/** Go's message for the most frequent error, a text that ends too early. */
function goReason(reason: string, length: number): string {
  const position = /at position (\d+)/.exec(reason)?.[1];
  return /^Unexpected end/.test(reason) || position === String(length) ? 'unexpected end of JSON input' : reason;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
