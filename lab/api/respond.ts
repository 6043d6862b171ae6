// SPDX-License-Identifier: Apache-2.0
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { StatusError } from '../kinds/status.ts';
import type { Answer } from './call.ts';

/** Writes responses. */

/** Returns an error as a Status: its own one, or an internal error. */
export function statusOf(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  return new StatusError(
    500,
    'InternalError',
    `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
  );
}

export function respond(response: ServerResponse, { code, body, warnings = [], headers }: Answer): void {
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(code, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache, private',
    ...headers,
    ...(warnings.length > 0 && { warning: warnings.map((warning) => `299 - ${JSON.stringify(warning)}`).join(', ') }),
  });
  response.end(text);
}

/** Sets the `Date` header instead of Node's; `undefined`: none. */
export function setDate(response: ServerResponse, date: string | undefined): void {
  response.sendDate = false;
  if (date !== undefined) response.setHeader('Date', date);
}

/** Sends an HTTP response instead of an upgrade. */
export function respondRaw(socket: Duplex, { code, body }: StatusError): void {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  socket.end(
    `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${text}`,
  );
}
