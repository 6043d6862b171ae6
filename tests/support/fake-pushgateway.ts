// SPDX-License-Identifier: Apache-2.0
/** A server in the place of a Pushgateway, which records the requests and responds as a test wants. */
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

interface PushRequest {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

interface FakePushgateway {
  /** Without a slash at the end. */
  url: string;
  /** In the order of arrival. */
  requests: PushRequest[];
  stop: () => Promise<void>;
}

/** @param respond by default with status 200; the number of the request is from 1. */
export async function startFakePushgateway(
  respond: (response: ServerResponse, number: number) => void = (response) => response.end(),
  tls?: { key: string; cert: string },
): Promise<FakePushgateway> {
  const requests: PushRequest[] = [];
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      respond(response, requests.push({ method, path, headers, body }));
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http${tls === undefined ? '' : 's'}://127.0.0.1:${port}`,
    requests,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
