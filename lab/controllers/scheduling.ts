// SPDX-License-Identifier: Apache-2.0
import { at, objectAt, objectsAt, stringMapAt, textAt, textsAt, type JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { labelsOf, matchesAll, matchesSelector } from '../store/labels.ts';

/**
 * Finds the node for a pod: the scheduler's filters with its order and messages, then the preferred node, then the node with the
 * fewest pods. Anti-affinity is symmetric: the rules of running pods apply, too. Pure.
 */
export function placePod(
  pod: KubeObject,
  nodes: KubeObject[],
  pods: KubeObject[],
): { node: string } | { unschedulable: string } {
  const bound = pods.filter((other) => nodeOf(other) !== undefined && !finished(other));
  const verdicts = nodes.map((node) => ({ node, refusal: whyNot(pod, node, bound, nodes) }));
  const load = (node: KubeObject) => bound.filter((other) => nodeOf(other) === node.metadata.name).length;
  const [best] = verdicts
    .filter(({ refusal }) => !refusal)
    .map(({ node }) => ({ node, preference: preference(pod, node, bound, nodes) }))
    .sort((a, b) => b.preference - a.preference || load(a.node) - load(b.node));
  if (best) return { node: best.node.metadata.name };
  return { unschedulable: explanation(verdicts.flatMap(({ refusal }) => refusal ?? [])) };
}

/** The reason why a node does not accept a pod. */
interface Refusal {
  reasons: string[];
  /** Whether it would accept the pod if other pods were removed. */
  curable?: boolean;
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** A node that the pod does not name is not evaluated: Kubernetes' `schedule_one.go`, since 1.27. */
const NOT_NAMED = "node(s) didn't satisfy plugin(s) [NodeAffinity]";
const UNSCHEDULABLE = 'node(s) were unschedulable';
const NOT_READY = 'node(s) had untolerated taint(s)';
const AFFINITY = "node(s) didn't match Pod's node affinity/selector";
const OWN_RULES = "node(s) didn't match pod anti-affinity rules";
const OTHERS_RULES = "node(s) didn't satisfy existing pods anti-affinity rules";

/** The sum of the weights of preferred rules: of the pod's node affinity, less those of anti-affinity to pods in the same topology. */
function preference(pod: KubeObject, node: KubeObject, bound: KubeObject[], nodes: KubeObject[]): number {
  const rules = objectsAt(pod.spec, 'affinity', 'nodeAffinity', PREFERRED);
  const wanted = rules.filter((rule) => matchesTerm(objectAt(rule, 'preference'), node));
  const unwanted = bound.flatMap((other) => {
    const elsewhere = elsewhereThan(node, other, nodes);
    const both = [preferredRules(pod, other, elsewhere), preferredRules(other, pod, elsewhere)];
    return both.flat();
  });
  return weights(wanted) - weights(unwanted);
}

function weights(rules: JsonObject[]): number {
  return rules.reduce((sum, { weight }) => sum + (typeof weight === 'number' ? weight : 0), 0);
}

function preferredRules(one: KubeObject, other: KubeObject, elsewhere: (topologyKey: string) => boolean): JsonObject[] {
  return objectsAt(one.spec, 'affinity', 'podAntiAffinity', PREFERRED).filter((rule) =>
    applies(objectAt(rule, 'podAffinityTerm'), one, other, elsewhere),
  );
}

/** Returns whether a pod is in another topology than a node, for a key. */
function elsewhereThan(node: KubeObject, pod: KubeObject, nodes: KubeObject[]): (topologyKey: string) => boolean {
  const there = nodes.find((candidate) => candidate.metadata.name === nodeOf(pod));
  return (key) => there === undefined || labelsOf(there)[key] !== labelsOf(node)[key];
}

function whyNot(pod: KubeObject, node: KubeObject, bound: KubeObject[], nodes: KubeObject[]): Refusal | undefined {
  const named = namedNodes(pod);
  if (named && !named.includes(node.metadata.name)) return { reasons: [NOT_NAMED] };
  if (at(node.spec, 'unschedulable') === true) return { reasons: [UNSCHEDULABLE] };
  if (!ready(node)) return { reasons: [NOT_READY] };
  if (!matchesAffinity(pod, node)) return { reasons: [AFFINITY] };
  const lacking = insufficient(pod, node, bound);
  if (lacking) return lacking;
  const elsewhere = (other: KubeObject) => elsewhereThan(node, other, nodes);
  const repelled = (by: string): Refusal => ({ reasons: [by], curable: true });
  if (bound.some((other) => repels(pod, other, elsewhere(other)))) return repelled(OWN_RULES);
  if (bound.some((other) => repels(other, pod, elsewhere(other)))) return repelled(OTHERS_RULES);
  return undefined;
}

/** The nodes that a pod requires by name, if each of its terms does. */
function namedNodes(pod: KubeObject): string[] | undefined {
  const named = requiredTerms(pod).map((term) =>
    objectsAt(term, 'matchFields')
      .filter(({ key, operator }) => key === 'metadata.name' && operator === 'In')
      .map((field) => textsAt(field, 'values')),
  );
  if (named.length === 0 || named.some((lists) => lists.length === 0)) return undefined;
  return named.flatMap(([first = [], ...rest]) => first.filter((name) => rest.every((list) => list.includes(name))));
}

function requiredTerms(pod: KubeObject): JsonObject[] {
  const path = ['affinity', 'nodeAffinity', REQUIRED, 'nodeSelectorTerms'];
  return objectsAt(pod.spec, ...path);
}

function ready(node: KubeObject): boolean {
  const condition = objectsAt(node.status, 'conditions').find(({ type }) => type === 'Ready');
  return condition?.status === 'True';
}

function matchesAffinity(pod: KubeObject, node: KubeObject): boolean {
  const labels = labelsOf(node);
  const wanted = Object.entries(stringMapAt(pod.spec, 'nodeSelector'));
  if (!wanted.every(([key, value]) => labels[key] === value)) return false;
  const required = objectAt(pod.spec, 'affinity', 'nodeAffinity', REQUIRED);
  if (!required) return true;
  return requiredTerms(pod).some((term) => matchesTerm(term, node));
}

/** A term without requirements matches no node. */
function matchesTerm(term: JsonObject | undefined, node: KubeObject): boolean {
  const [expressions, names] = [objectsAt(term, 'matchExpressions'), objectsAt(term, 'matchFields')];
  const fields = { 'metadata.name': node.metadata.name };
  return expressions.length + names.length > 0 && matchesAll(expressions, labelsOf(node)) && matchesAll(names, fields);
}

/** Whether a rule of `one` forbids `other` where the two would share a topology. */
function repels(one: KubeObject, other: KubeObject, elsewhere: (topologyKey: string) => boolean): boolean {
  return objectsAt(one.spec, 'affinity', 'podAntiAffinity', REQUIRED).some((term) =>
    applies(term, one, other, elsewhere),
  );
}

/** Whether a term of `one` is about `other`, and both would share a topology. */
function applies(
  term: JsonObject | undefined,
  one: KubeObject,
  other: KubeObject,
  elsewhere: (topologyKey: string) => boolean,
): boolean {
  const named = textsAt(term, 'namespaces');
  const namespaces = named.length > 0 ? named : [one.metadata.namespace];
  if (!namespaces.includes(other.metadata.namespace)) return false;
  if (!matchesSelector(objectAt(term, 'labelSelector'), labelsOf(other))) return false;
  return !elsewhere(textAt(term, 'topologyKey') ?? '');
}

/**
 * Counted resources only (devices, bridges); CPU and memory of the lab's nodes are never scarce. If a node has none of a resource,
 * preemption cannot help (Kubernetes' `noderesources/fit.go`).
 */
function insufficient(pod: KubeObject, node: KubeObject, bound: KubeObject[]): Refusal | undefined {
  const here = bound.filter((other) => nodeOf(other) === node.metadata.name);
  const lacking = Object.entries(requested(pod)).flatMap(([resource, count]) => {
    const used = here.reduce((sum, other) => sum + (requested(other)[resource] ?? 0), 0);
    const allocatable = parseCount(textAt(node.status, 'allocatable', resource) ?? '0');
    return used + count > allocatable ? [{ resource, curable: count <= allocatable }] : [];
  });
  if (lacking.length === 0) return undefined;
  return {
    reasons: lacking.map(({ resource }) => `Insufficient ${resource}`),
    curable: lacking.every(({ curable }) => curable),
  };
}

/** A quantity of whole things: "4" or "1k". */
function parseCount(quantity: string): number {
  const [, count = '', thousands] = /^(\d+)(k?)$/.exec(quantity) ?? [];
  return Number(count) * (thousands === 'k' ? 1000 : 1);
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

/** Reasons are sorted as text, each with how many nodes it is true of, and a node may have several. */
function explanation(refusals: Refusal[]): string {
  if (refusals.length === 0) return 'no nodes available to schedule pods';
  const counts = new Map<string, number>();
  for (const reason of refusals.flatMap(({ reasons }) => reasons)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  const curable = refusals.filter((refusal) => refusal.curable).length;
  const helpless = refusals.length - curable;
  const preemption = [
    ...(curable > 0 ? [`${curable} No preemption victims found for incoming pod`] : []),
    ...(helpless > 0 ? [`${helpless} Preemption is not helpful for scheduling`] : []),
  ];
  return unavailable(refusals.length, reasons, preemption.sort());
}

function unavailable(nodes: number, reasons: string[], preemption: string[]): string {
  const none = `0/${nodes} nodes are available`;
  return `${none}: ${reasons.join(', ')}. no new claims to deallocate, preemption: ${none}: ${preemption.join(', ')}.`;
}

/**
 * Returns why no node can run a pod with such volumes, with the messages of Kubernetes'
 * pkg/scheduler/framework/plugins/volumebinding; undefined if all of its claims are bound. Pure.
 */
export function volumeObstacle(
  pod: KubeObject,
  nodes: KubeObject[],
  findClaim: (name: string) => KubeObject | undefined,
): string | undefined {
  for (const volume of objectsAt(pod.spec, 'volumes')) {
    const name = textAt(volume, 'persistentVolumeClaim', 'claimName');
    if (name === undefined) continue;
    const claim = findClaim(name);
    if (claim && textAt(claim.status, 'phase') === 'Bound') continue;
    const obstacle = claim
      ? 'pod has unbound immediate PersistentVolumeClaims'
      : `persistentvolumeclaim "${name}" not found`;
    return unavailable(nodes.length, [obstacle], [`${nodes.length} Preemption is not helpful for scheduling`]);
  }
  return undefined;
}

export function nodeOf(pod: JsonObject): string | undefined {
  return textAt(pod, 'spec', 'nodeName');
}

function finished(pod: KubeObject): boolean {
  return ['Succeeded', 'Failed'].includes(textAt(pod.status, 'phase') ?? '');
}
