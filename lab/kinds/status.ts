// SPDX-License-Identifier: Apache-2.0
import { qualified, type Kind } from '../store/kind.ts';
import type { JsonObject } from '../store/json.ts';

/** An error response: the `Status` body of a Kubernetes API server, with its messages. */
export class StatusError extends Error {
  override name = 'StatusError';
  readonly code: number;
  readonly body: JsonObject;
  readonly headers: Record<string, string>;

  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message);
    this.code = code;
    const seconds = details?.retryAfterSeconds;
    this.headers = {
      ...(reason === 'Forbidden' && { 'x-content-type-options': 'nosniff' }),
      ...(typeof seconds === 'number' && { 'retry-after': String(seconds) }),
    };
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason !== '' && { reason }),
      ...(details && { details }),
      code,
    };
  }
}

function details(kind: Kind, name?: string, singular = false): JsonObject {
  return {
    ...(name !== undefined && { name }),
    ...(kind.group !== '' && { group: kind.group }),
    kind: singular ? kind.kind : kind.plural,
  };
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function notFound(kind: Kind, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(kind.plural, kind)} "${name}" not found`, details(kind, name));
}

export function alreadyExists(kind: Kind, name: string): StatusError {
  const message = `${qualified(kind.plural, kind)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, details(kind, name));
}

export function conflict(kind: Kind, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(kind.plural, kind)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, details(kind, name));
}

/** The wording of a delete precondition, which names the kind and not the resource. */
export function preconditionFailed(
  kind: Kind,
  name: string,
  field: string,
  wanted: string,
  actual: string,
): StatusError {
  const message =
    `Operation cannot be fulfilled on ${qualified(kind.kind, kind)} "${name}": the ${field} in the precondition (${wanted}) ` +
    `does not match the ${field} in record (${actual}). The object might have been ${field === 'UID' ? 'deleted and then recreated' : 'modified'}`;
  return new StatusError(409, 'Conflict', message, details(kind, name, true));
}

export interface Cause {
  field: string;
  reason: string;
  message: string;
}

export function invalid(kind: Kind, name: string, causes: Cause[]): StatusError {
  const messages = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = messages.length === 1 ? messages.join() : `[${messages.join(', ')}]`;
  const message = `${qualified(kind.kind, kind)} "${name}" is invalid: ${all}`;
  return new StatusError(422, 'Invalid', message, {
    ...details(kind, name, true),
    causes: causes.map((cause) => ({ ...cause })),
  });
}

export function unprocessable(): StatusError {
  return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** An admission webhook denied the request. `causes` make it 422, their absence 400 without a reason. */
export function denied(webhook: string, message: string, causes?: JsonObject[]): StatusError {
  const full = `admission webhook "${webhook}" denied the request: ${message}`;
  return causes ? new StatusError(422, 'Invalid', full, { causes }) : new StatusError(400, '', full);
}

export function unsupportedMediaType(accepted: string): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

/** `metadata` may contain a continue token. */
export function expired(message: string, metadata: JsonObject = {}): StatusError {
  const status = new StatusError(410, 'Expired', message);
  status.body.metadata = metadata;
  return status;
}

export function terminating(kind: Kind, name: string, namespace: string): StatusError {
  const message = `${qualified(kind.plural, kind)} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
  const causes = [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ];
  return new StatusError(403, 'Forbidden', message, { ...details(kind, name), causes });
}

export function unknownResource(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource';
  return new StatusError(405, 'MethodNotAllowed', message, {});
}

export function notAcceptable(offered: string): StatusError {
  return new StatusError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${offered}`, {});
}

export function invalidOptions(field: string, value: string, supported: string): StatusError {
  const message = `Unsupported value: "${value}": supported values: ${supported}`;
  const causes = [{ reason: 'FieldValueNotSupported', message, field }];
  const details = { group: 'meta.k8s.io', kind: 'DeleteOptions', causes };
  return new StatusError(422, 'Invalid', `DeleteOptions.meta.k8s.io "" is invalid: ${field}: ${message}`, details);
}

export function forbidden(kind: Kind, name: string, why: string): StatusError {
  const message = `${qualified(kind.plural, kind)} "${name}" is forbidden: ${why}`;
  return new StatusError(403, 'Forbidden', message, details(kind, name));
}
