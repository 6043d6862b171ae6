// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { AUTHENTICATED, type User } from './user.ts';

/** The user of a client certificate that the cluster's authority has signed; undefined without one. */
export function certifiedUser(socket: Socket): User | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  const name = [subject.CN].flat()[0];
  const groups = [subject.O ?? []].flat();
  return name === undefined ? undefined : { name, groups: [...groups, AUTHENTICATED] };
}
