// SPDX-License-Identifier: Apache-2.0
/** Lists: pages, selectors and earlier states. */
import { CONFIG_MAPS, REVISION, SOME_NUMBER, SOME_TEXT, VMIS, labelled, matching, part, refused } from './bodies.ts';
import { contract } from './case.ts';

const LIST = `${CONFIG_MAPS}?labelSelector=case%3D{name}`;
const FUTURE = '999999999999999';
const list = { kind: 'ConfigMapList', apiVersion: 'v1' };
const item = (name: string, data: Record<string, string>) => ({ metadata: part({ name }), data });
const change = {
  method: 'PATCH',
  path: `${CONFIG_MAPS}/{name}-a`,
  headers: { 'content-type': 'application/merge-patch+json' },
  body: { data: { a: '2' } },
};
const pair = [labelled({ a: '1' }), labelled({ a: '1' }, '{name}-a')];
const firstPage = {
  path: `${LIST}&limit=1`,
  keep: { continue: ['metadata', 'continue'], rv: ['metadata', 'resourceVersion'] },
};
const nextPage = { path: `${LIST}&limit=1&continue={continue}` };

contract('list', [
  {
    title: '92 items in the order of their names, without kind and apiVersion',
    given: [labelled({ a: '1' }, '{name}-b'), labelled({ a: '1' }, '{name}-a')],
    request: { path: LIST },
    answer: {
      status: 200,
      body: {
        ...list,
        metadata: { resourceVersion: REVISION },
        items: [item('{name}-a', { a: '1' }), item('{name}-b', { a: '1' })],
      },
    },
  },
  {
    title: '92 limit: a page, a token for the next, and the number of remaining items',
    given: pair,
    request: { path: `${CONFIG_MAPS}?limit=1` },
    answer: {
      status: 200,
      body: {
        ...list,
        metadata: {
          resourceVersion: REVISION,
          continue: SOME_TEXT,
          remainingItemCount: SOME_NUMBER,
        },
        items: [part({ metadata: part({ name: SOME_TEXT }) })],
      },
    },
  },
  {
    title: '92 continue: the next page',
    given: pair,
    request: firstPage,
    answer: { status: 200, like: { ...list, items: [item('{name}', { a: '1' })] } },
    then: [{ request: nextPage, answer: { status: 200, like: { ...list, items: [item('{name}-a', { a: '1' })] } } }],
  },
  {
    title: '103 an invalid continue token: 400',
    request: { path: `${CONFIG_MAPS}?limit=1&continue=abc` },
    answer: refused(
      400,
      'BadRequest',
      matching(/^invalid continue token: continue key is not valid: invalid character 'i'/),
    ),
  },
  {
    title: '104 an unsupported fieldSelector of VMIs: 400',
    needs: 'kubevirt',
    request: { path: `${VMIS}?fieldSelector=status.phase%3DRunning` },
    answer: refused(400, 'BadRequest', 'field label not supported: status.phase'),
  },
  {
    title: '100 fieldSelector metadata.name: the object of that name',
    given: pair,
    request: { path: `${CONFIG_MAPS}?fieldSelector=metadata.name%3D{name}-a` },
    answer: { status: 200, like: { items: [item('{name}-a', { a: '1' })] } },
  },
  {
    title: '105 continue after a change: the page at the revision of the first',
    given: pair,
    before: [firstPage, change],
    request: nextPage,
    answer: { status: 200, like: { metadata: { resourceVersion: '{rv}' }, items: [item('{name}-a', { a: '1' })] } },
  },
  {
    title: '106 resourceVersionMatch=Exact: the state at that revision',
    given: pair,
    before: [{ path: LIST, keep: { rv: ['metadata', 'resourceVersion'] } }, change],
    request: { path: `${LIST}&resourceVersion={rv}&resourceVersionMatch=Exact` },
    answer: {
      status: 200,
      like: {
        metadata: { resourceVersion: '{rv}' },
        items: [item('{name}', { a: '1' }), item('{name}-a', { a: '1' })],
      },
    },
  },
  {
    title: '107 a resourceVersion of the future: 504',
    request: { path: `${CONFIG_MAPS}?resourceVersion=${FUTURE}&resourceVersionMatch=NotOlderThan` },
    answer: {
      ...refused(
        504,
        'Timeout',
        matching(new RegExp(`^Timeout: Too large resource version: ${FUTURE}, current: \\d+$`)),
        {
          causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
          retryAfterSeconds: 1,
        },
      ),
      headers: { 'retry-after': '1' },
    },
  },
  {
    title: '162 continue after a compaction: 410 with a token for the current rest',
    needs: 'compaction',
    given: pair,
    before: [firstPage, change, 'compact'],
    request: { ...nextPage, keep: { continue: ['metadata', 'continue'] } },
    answer: {
      status: 410,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: { continue: SOME_TEXT },
        status: 'Failure',
        message:
          'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
          'without the continue parameter, or use the continue token in this response to retrieve the remainder of the ' +
          'results. Continuing with the provided token results in an inconsistent list - objects that were created, ' +
          'modified, or deleted between the time the first chunk was returned and now may show up in the list.',
        reason: 'Expired',
        code: 410,
      },
    },
    then: [{ request: nextPage, answer: { status: 200, like: { items: [item('{name}-a', { a: '2' })] } } }],
  },
  {
    title: '163 resourceVersionMatch=Exact of a compacted revision: 410',
    needs: 'compaction',
    given: pair,
    before: [change, 'compact'],
    request: { path: `${LIST}&resourceVersion={rv}&resourceVersionMatch=Exact` },
    answer: refused(410, 'Expired', 'The resourceVersion for the provided list is too old.'),
  },
]);
