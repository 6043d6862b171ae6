import { at, objectAt, objectsAt, stringMapAt, textAt, textsAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { labelsOf, matchesAll, matchesSelector } from '../store/labels.ts';

/**
 * Where a pod goes: the scheduler's filters in the scheduler's order and words, then the emptiest node. Anti-affinity is
 * symmetric: a pod that runs keeps others away just as one that arrives does. Pure.
 */
export function placePod(
  pod: KubeObject,
  nodes: KubeObject[],
  pods: KubeObject[],
): { node: string } | { unschedulable: string } {
  const bound = pods.filter((other) => nodeOf(other) !== undefined && !finished(other));
  const reasons = new Map<string, number>();
  const fitting: KubeObject[] = [];
  for (const node of nodes) {
    const reason = whyNot(pod, node, bound, nodes);
    if (reason === undefined) fitting.push(node);
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const load = (node: KubeObject) => bound.filter((other) => nodeOf(other) === node.metadata.name).length;
  const [best] = fitting.sort((a, b) => load(a) - load(b));
  return best ? { node: best.metadata.name } : { unschedulable: explanation(nodes.length, reasons) };
}

const UNSCHEDULABLE = 'node(s) were unschedulable';
const NOT_READY = 'node(s) had untolerated taint(s)';
const AFFINITY = "node(s) didn't match Pod's node affinity/selector";
const OWN_RULES = "node(s) didn't match pod anti-affinity rules";
const OTHERS_RULES = "node(s) didn't satisfy existing pods anti-affinity rules";

function whyNot(pod: KubeObject, node: KubeObject, bound: KubeObject[], nodes: KubeObject[]): string | undefined {
  if (at(node.spec, 'unschedulable') === true) return UNSCHEDULABLE;
  if (!ready(node)) return NOT_READY;
  if (!matchesAffinity(pod, node)) return AFFINITY;
  const lacking = insufficient(pod, node, bound);
  if (lacking !== undefined) return `Insufficient ${lacking}`;
  const elsewhere = (other: KubeObject, key: string) => {
    const there = nodes.find((candidate) => candidate.metadata.name === nodeOf(other));
    return there === undefined || labelsOf(there)[key] !== labelsOf(node)[key];
  };
  if (bound.some((other) => repels(pod, other, (key) => elsewhere(other, key)))) return OWN_RULES;
  if (bound.some((other) => repels(other, pod, (key) => elsewhere(other, key)))) return OTHERS_RULES;
  return undefined;
}

function ready(node: KubeObject): boolean {
  const condition = objectsAt(node.status, 'conditions').find(({ type }) => type === 'Ready');
  return condition?.status === 'True';
}

function matchesAffinity(pod: KubeObject, node: KubeObject): boolean {
  const labels = labelsOf(node);
  const wanted = Object.entries(stringMapAt(pod.spec, 'nodeSelector'));
  if (!wanted.every(([key, value]) => labels[key] === value)) return false;
  const required = objectAt(pod.spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  if (!required) return true;
  const fields = { 'metadata.name': node.metadata.name };
  return objectsAt(required, 'nodeSelectorTerms').some((term) => {
    const [expressions, names] = [objectsAt(term, 'matchExpressions'), objectsAt(term, 'matchFields')];
    return expressions.length + names.length > 0 && matchesAll(expressions, labels) && matchesAll(names, fields);
  });
}

/** Whether a rule of `one` forbids `other` where the two would share a topology. */
function repels(one: KubeObject, other: KubeObject, elsewhere: (topologyKey: string) => boolean): boolean {
  return objectsAt(one.spec, 'affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution').some(
    (term) => {
      const named = textsAt(term, 'namespaces');
      const namespaces = named.length > 0 ? named : [one.metadata.namespace];
      if (!namespaces.includes(other.metadata.namespace)) return false;
      if (!matchesSelector(objectAt(term, 'labelSelector'), labelsOf(other))) return false;
      return !elsewhere(textAt(term, 'topologyKey') ?? '');
    },
  );
}

/** Counted resources only (devices, bridges); CPU and memory of the lab's nodes are never scarce. */
function insufficient(pod: KubeObject, node: KubeObject, bound: KubeObject[]): string | undefined {
  const here = bound.filter((other) => nodeOf(other) === node.metadata.name);
  return Object.entries(requested(pod)).find(([resource, count]) => {
    const used = here.reduce((sum, other) => sum + (requested(other)[resource] ?? 0), 0);
    return used + count > Number(textAt(node.status, 'allocatable', resource) ?? 0);
  })?.[0];
}

function requested(pod: KubeObject): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const container of objectsAt(pod.spec, 'containers')) {
    for (const [resource, count] of Object.entries(stringMapAt(container, 'resources', 'requests'))) {
      if (resource.includes('/')) sums[resource] = (sums[resource] ?? 0) + Number(count);
    }
  }
  return sums;
}

function explanation(total: number, reasons: Map<string, number>): string {
  const none = `0/${total} nodes are available`;
  if (total === 0) return 'no nodes available to schedule pods';
  const said = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  const victims = [...reasons].filter(
    ([reason]) => reason === OWN_RULES || reason === OTHERS_RULES || reason.startsWith('Insufficient'),
  );
  const helpless = total - victims.reduce((sum, [, count]) => sum + count, 0);
  const preemption = [
    ...(total > helpless ? [`${total - helpless} No preemption victims found for incoming pod`] : []),
    ...(helpless > 0 ? [`${helpless} Preemption is not helpful for scheduling`] : []),
  ];
  return `${none}: ${said.join(', ')}. no new claims to deallocate, preemption: ${none}: ${preemption.sort().join(', ')}.`;
}

export function nodeOf(pod: JsonObject): string | undefined {
  return textAt(pod, 'spec', 'nodeName');
}

function finished(pod: KubeObject): boolean {
  return ['Succeeded', 'Failed'].includes(textAt(pod.status, 'phase') ?? '');
}
