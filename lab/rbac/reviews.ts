// SPDX-License-Identifier: Apache-2.0
import { now } from '../store/kube-object.ts';
import { objectAt, textAt, type JsonObject } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { decide } from './authorizer.ts';
import { grantsOf } from './rules.ts';
import type { User } from './user.ts';

/** Self-reviews: a create request whose object is never stored. */
export interface Review {
  group: string;
  plural: string;
  kind: string;
  answer: (store: Store, user: User, spec: JsonObject) => JsonObject;
}

export const REVIEWS: readonly Review[] = [
  {
    group: 'authorization.k8s.io',
    plural: 'selfsubjectaccessreviews',
    kind: 'SelfSubjectAccessReview',
    answer: (store, user, spec) => {
      const { allowed, reason } = decide(store, user, attributesIn(spec));
      return { metadata: {}, spec, status: { allowed, ...(reason !== '' && { reason }) } };
    },
  },
  {
    group: 'authorization.k8s.io',
    plural: 'selfsubjectrulesreviews',
    kind: 'SelfSubjectRulesReview',
    answer: (store, user, spec) => {
      const everything = [
        { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
        { verbs: ['*'], nonResourceURLs: ['*'] },
      ];
      const rules = user.groups.includes('system:masters')
        ? everything
        : grantsOf(store, user, textAt(spec, 'namespace') ?? '').map(({ rule }) => rule);
      const status = {
        resourceRules: rules.filter((rule) => 'resources' in rule),
        nonResourceRules: rules.filter((rule) => 'nonResourceURLs' in rule),
        incomplete: false,
      };
      return { metadata: {}, spec: {}, status };
    },
  },
  {
    group: 'authentication.k8s.io',
    plural: 'selfsubjectreviews',
    kind: 'SelfSubjectReview',
    answer: (_store, { name, uid, groups, credential, extra }) => ({
      metadata: { creationTimestamp: now() },
      status: {
        userInfo: {
          username: name,
          ...(uid !== undefined && { uid }),
          groups: [...groups],
          ...(extra && { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) }),
          ...(credential !== undefined && { extra: { 'authentication.kubernetes.io/credential-id': [credential] } }),
        },
      },
    }),
  },
];

function attributesIn(spec: JsonObject) {
  const text = (field: string) => textAt(spec, 'resourceAttributes', field) ?? '';
  if (!objectAt(spec, 'resourceAttributes')) {
    const path = textAt(spec, 'nonResourceAttributes', 'path') ?? '';
    return { verb: textAt(spec, 'nonResourceAttributes', 'verb') ?? '', path };
  }
  const [group, version, plural] = [text('group'), text('version'), text('resource')];
  const resource = {
    group,
    version,
    plural,
    subresource: text('subresource'),
    namespace: text('namespace'),
    name: text('name'),
  };
  return { verb: text('verb'), path: '', resource };
}
