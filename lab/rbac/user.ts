// SPDX-License-Identifier: Apache-2.0
/** The authenticated user of a request. */
export interface User {
  name: string;
  uid?: string;
  groups: readonly string[];
  /** The id of the token, which a SelfSubjectReview returns. */
  credential?: string;
  /** Set for an impersonated user. */
  extra?: Readonly<Record<string, readonly string[]>>;
}

export const AUTHENTICATED = 'system:authenticated';

export const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
export const ADMINISTRATOR: User = { name: 'kubernetes-admin', groups: ['system:masters', AUTHENTICATED] };

export function serviceAccountUser(namespace: string, name: string, uid: string, credential: string): User {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED];
  return { name: `system:serviceaccount:${namespace}:${name}`, uid, groups, credential };
}
