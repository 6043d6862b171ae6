/** Who makes a request, as the authenticator found out. */
export interface User {
  name: string;
  uid?: string;
  groups: readonly string[];
  /** Of the token, told by a SelfSubjectReview. */
  credential?: string;
  /** Of a user that another one impersonates. */
  extra?: Readonly<Record<string, readonly string[]>>;
}

export const AUTHENTICATED = 'system:authenticated';

export const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
export const ADMINISTRATOR: User = { name: 'kubernetes-admin', groups: ['system:masters', AUTHENTICATED] };

export function serviceAccountUser(namespace: string, name: string, uid: string, credential: string): User {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED];
  return { name: `system:serviceaccount:${namespace}:${name}`, uid, groups, credential };
}
