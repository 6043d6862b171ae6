import { expect, test } from '@playwright/test';
import { parseNadConfig } from '../../../fixtures/prerequisites/nad-config.ts';
import { nodeFindings } from '../../../fixtures/prerequisites/node-rules.ts';

const node = (name: string, change = {}): Parameters<typeof nodeFindings>[0][number] => ({
  name,
  ready: true,
  cordoned: false,
  kubevirt: true,
  taint: undefined,
  ...change,
});
const ANY = { sourceNode: undefined, targetNode: undefined };

test('a conf, a conflist, and SR-IOV in either', () => {
  expect(parseNadConfig('{"type":"bridge"}').binding).toBe('bridge');
  expect(parseNadConfig('{"plugins":[{"type":"bridge"},{"type":"tuning"}]}').plugins).toEqual(['bridge', 'tuning']);
  expect(parseNadConfig('{"type":"sriov"}').binding).toBe('sriov');
  expect(parseNadConfig('{"plugins":[{"type":"sriov"},{"type":"tuning"}]}').binding).toBe('sriov');
});

for (const text of ['', 'bridge', '{}', '[]', '{"plugins":[]}', '{"plugins":[{}]}', '"sriov"', 'null']) {
  test(`NAD config ${JSON.stringify(text)} is refused`, () => {
    expect(() => parseNadConfig(text)).toThrow(SyntaxError);
  });
}

test('two usable nodes are enough, one is not', () => {
  expect(nodeFindings([node('a'), node('b')], ANY)).toEqual([]);
  expect(nodeFindings([node('a'), node('b', { cordoned: true })], ANY)).toEqual([
    'at least two nodes that can run VMs are needed, found 1 (b: cordoned)',
  ]);
});

test('each named node must exist and be usable; both are told', () => {
  expect(nodeFindings([node('a', { ready: false }), node('b')], { sourceNode: 'a', targetNode: 'nope' })).toEqual([
    'node "a" (sourceNode) is not Ready',
    'node "nope" (targetNode) not found',
  ]);
});

test('one node is enough when both VMs are asked to share it', () => {
  expect(nodeFindings([node('a')], { sourceNode: 'a', targetNode: 'a' })).toEqual([]);
});
