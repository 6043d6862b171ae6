// SPDX-License-Identifier: Apache-2.0
/** Sends metrics in one request, which follows no redirect. */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { messageOf } from '../../model/errors.ts';
import { oneLine } from '../../model/text.ts';
import { renderMilliseconds } from '../../model/units.ts';
import type { PushAccess } from './push-secret.ts';

/** Format 0.0.4 of Prometheus' text: https://prometheus.io/docs/instrumenting/exposition_formats/ */
const CONTENT_TYPE = 'text/plain; version=0.0.4';
/** Characters of a response that are read, and those of its first line that are shown. */
const READ_LIMIT = 4096;
const SHOWN_LIMIT = 200;

const CLOSED = 'the connection was closed before a response';
const UNREACHABLE = 'the host cannot be reached';
const UNKNOWN_CA = "the server's certificate is not signed by a CA that the checkup knows";
const ADD_CA = 'add its CA to the Secret as ca.crt';
const PERHAPS_TLS = 'perhaps the server expects https';
const TLS_FAILED = 'TLS failed: perhaps the server does not accept TLS on this port';

/** What error codes of Node, libuv and OpenSSL mean. */
const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  ETIMEDOUT: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name was not resolved',
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host name",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_CA,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CA,
  EPROTO: TLS_FAILED,
};
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);

export interface PushFailure {
  readonly cause: string;
  /** What may help. */
  readonly hint?: string;
  readonly isTransient: boolean;
}

interface Limits {
  /** Whole milliseconds until the response must have arrived. */
  readonly limitMs: number;
  /** Aborted when the time for all pushes is over. */
  readonly signal: AbortSignal;
  /** Returns the cause of a push that this signal has ended. */
  readonly describeTimeout: () => string;
}

/** Returns why the server did not accept the metrics; undefined if it did. */
export async function putMetrics(
  url: URL,
  metrics: string,
  { authorization, secureContext, secrets }: PushAccess,
  { limitMs, signal, describeTimeout }: Limits,
): Promise<PushFailure | undefined> {
  const headers = { 'content-type': CONTENT_TYPE, ...(authorization !== undefined && { authorization }) };
  const late = AbortSignal.timeout(limitMs);
  const options = { method: 'PUT', headers, signal: AbortSignal.any([signal, late]) };
  const request =
    url.protocol === 'https:'
      ? https.request(url, { ...options, agent: new https.Agent({ secureContext }) })
      : http.request(url, { ...options, agent: new http.Agent() });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.on('response', resolve).on('error', reject).end(metrics);
    });
    return await judgeResponse(response, url, secrets);
  } catch (error) {
    if (signal.aborted) return { cause: describeTimeout(), isTransient: false };
    if (late.aborted) return { cause: `no response within ${renderMilliseconds(limitMs)}`, isTransient: true };
    return failureOf(error, url);
  } finally {
    request.destroy();
  }
}

async function judgeResponse(
  response: IncomingMessage,
  url: URL,
  secrets: readonly string[],
): Promise<PushFailure | undefined> {
  const { statusCode: status = 0, headers } = response;
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) {
    const target = URL.canParse(headers.location ?? '', url.href) ? new URL(headers.location ?? '', url) : undefined;
    const to =
      target === undefined || target.href === url.href ? '' : ` to ${shownText(withoutQuery(target), secrets)}`;
    return { cause: `status ${status}: the redirect${to} is not followed`, isTransient: false };
  }
  const text = shownText(await firstLine(response), secrets);
  const isTransient = status === 408 || status === 429 || status >= 500;
  return { cause: `status ${status}${text === '' ? '' : `: ${text}`}`, isTransient };
}

/** Returns scheme, host and path: the rest may contain credentials. */
function withoutQuery({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

/** Reads only the beginning; what is missing after a lost connection does not matter. */
async function firstLine(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
      text += chunk;
      if (text.length >= READ_LIMIT || /\S[\r\n]/.test(text)) break;
    }
  } catch {
    // The status is known.
  }
  return (
    text
      .slice(0, READ_LIMIT)
      .trim()
      .split(/[\r\n]/)[0] ?? ''
  );
}

/** Returns the text of a server without the credentials, which it may repeat. */
function shownText(text: string, secrets: readonly string[]): string {
  const redacted = (shown: string): string => secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), shown);
  return oneLine(redacted(oneLine(redacted(text))), SHOWN_LIMIT);
}

function failureOf(error: unknown, { protocol }: URL): PushFailure {
  const { code = '' } = error as NodeJS.ErrnoException;
  const isTransient = TRANSIENT_CODES.has(code);
  const known = code.startsWith('HPE_') ? 'the response is not HTTP' : code.startsWith('ERR_SSL_') ? TLS_FAILED : '';
  const words = CAUSES[code] ?? known;
  const isPlain = protocol === 'http:';
  const hint = words === UNKNOWN_CA ? ADD_CA : words === CLOSED && isPlain ? PERHAPS_TLS : undefined;
  return {
    cause: words === '' ? messageOf(error) : `${words} (${code})`,
    ...(hint !== undefined && { hint }),
    isTransient,
  };
}
