/**
 * The permissions of the checkup, under the names of the manifests. What is there already is added to where it grants less, and put
 * back at the end; what this command made goes with the last of its runs.
 */
import { list, record, strings, type Json } from '../../fixtures/cluster/objects.ts';
import type { Kubectl } from './kubectl.ts';
import { MADE_BY, renderYaml, without, type Plan } from './plan.ts';

export class Permissions {
  readonly #kubectl: Kubectl;
  readonly #made: Json[] = [];
  /** As they were. */
  readonly #changed: Json[] = [];

  constructor(kubectl: Kubectl) {
    this.#kubectl = kubectl;
  }

  /** What may not be granted is a warning: it may be there already, and if not, the checkup names the rule. */
  async apply({ permissions, extendedPermissions }: Plan): Promise<void> {
    const missing: Json[] = [];
    for (const [object, there] of await this.#lookUp([...permissions, ...extendedPermissions])) {
      if (there === undefined) missing.push(object);
      else if (typeof there === 'string') console.log(`warning: ${nameOf(object)} is taken as given: ${there}`);
      else await this.#addTo(there, object);
    }
    if (missing.length === 0) return;
    const { status, stdout, stderr } = await this.#kubectl.run(['apply', '-o', 'name', '-f', '-'], renderYaml(missing));
    const applied = stdout.split('\n').map((line) => line.replace(/\.[^/]*/, ''));
    this.#made.push(...missing.filter((object) => applied.includes(nameOf(object))));
    if (status !== 0) console.log(`warning: not every permission could be given: ${stderr}`);
  }

  /** Answers what could not be removed or put back, one line each. */
  async remove(run: string): Promise<string[]> {
    const problems: string[] = [];
    const attempt = async (args: string[], object: Json) => {
      const { status, stderr } = await this.#kubectl.run([...args, '-f', '-'], renderYaml([object]));
      if (status !== 0) problems.push(`${nameOf(object)}: ${stderr}`);
    };
    const objects = [
      ...this.#changed.map((object) => ({ object, undo: ['replace'] })),
      ...this.#made.toReversed().map((object) => ({ object, undo: ['delete', '--ignore-not-found'] })),
    ];
    const others = objects.length === 0 ? [] : await this.#otherRuns(run);
    for (const { object, undo } of objects) {
      const { namespace } = strings(object['metadata']);
      const served = others.filter((other) => namespace === undefined || other.startsWith(`${namespace}/`));
      if (served.length === 0) await attempt(undo, object);
      else console.log(`${nameOf(object)} stays as it is: it also serves the checkup ${served.join(', ')}`);
    }
    return problems;
  }

  /** Each with what is there, undefined where nothing is, or why that cannot be told. */
  async #lookUp(wanted: readonly Json[]): Promise<(readonly [wanted: Json, there: Json | string | undefined])[]> {
    const all = await this.#kubectl.run([...GET, '-f', '-'], renderYaml(wanted));
    if (all.status === 0) {
      const there = itemsOf(all.stdout);
      return wanted.map((object) => [object, there.find((one) => nameOf(one) === nameOf(object))] as const);
    }
    // One that may not be seen keeps all others from being told.
    const looks = wanted.map(async (object) => {
      const { status, stdout, stderr } = await this.#kubectl.run([...GET, '-f', '-'], renderYaml([object]));
      return [object, status === 0 ? itemsOf(stdout)[0] : stderr] as const;
    });
    return Promise.all(looks);
  }

  async #addTo(there: Json, object: Json): Promise<void> {
    const { labels } = record(there['metadata']);
    const ours = Object.entries(MADE_BY).every(([key, value]) => strings(labels)[key] === value);
    if (ours) this.#made.push(object);
    const united = unite(there, object);
    const until = ours ? '' : ' until the end';
    console.log(`${nameOf(object)} exists already${united ? `, and grants less: it is added to${until}` : ''}`);
    if (!united) return;
    const { status, stderr } = await this.#kubectl.run(['replace', '-f', '-'], renderYaml([united]));
    if (status !== 0) console.log(`warning: ${nameOf(object)} cannot be added to: ${stderr}`);
    else if (!ours) this.#changed.push(withoutRevision(there));
  }

  /** As "<namespace>/<name>": each has a ConfigMap from before it asks for permissions. Elsewhere, where that may be seen. */
  async #otherRuns(run: string): Promise<string[]> {
    const [label = ''] = Object.entries(MADE_BY).map(([key, value]) => `${key}=${value}`);
    const here = [...GET, 'configmaps', '-l', label];
    const everywhere = await this.#kubectl.run([...here, '-A']);
    const text = everywhere.status === 0 ? everywhere.stdout : await this.#kubectl.ok(here);
    return itemsOf(text).flatMap((item) => {
      const { namespace = '', name = '' } = strings(item['metadata']);
      return `${namespace}/${name}` === run ? [] : [`${namespace}/${name}`];
    });
  }
}

const GET = ['get', '--ignore-not-found', '-o', 'json'];

/** Nothing, one object, or a list. */
function itemsOf(text: string): Json[] {
  if (text.trim() === '') return [];
  const found = record(JSON.parse(text));
  return found['kind'] === 'List' ? list(found['items']).map(record) : [found];
}

export function nameOf(object: Json): string {
  const { name = '' } = strings(object['metadata']);
  const kind = typeof object['kind'] === 'string' ? object['kind'].toLowerCase() : '';
  return `${kind}/${name}`;
}

/** What is there with what is wanted added; undefined where it grants all of that already. */
function unite(there: Json, wanted: Json): Json | undefined {
  const added = ['rules', 'subjects'].flatMap((field) => {
    const present = list(there[field]);
    const lacking = list(wanted[field]).filter((one) => !present.some((other) => covers(record(other), record(one))));
    return lacking.length === 0 ? [] : [[field, [...present, ...lacking]] as const];
  });
  return added.length === 0 ? undefined : { ...there, ...Object.fromEntries(added) };
}

/** Whether one rule, or one subject, says all that another does. */
function covers(present: Json, wanted: Json): boolean {
  return Object.entries(wanted).every(([field, value]) => {
    const has = present[field];
    if (!Array.isArray(value)) return has === value;
    return list(has).includes('*') || value.every((one) => list(has).includes(one));
  });
}

function withoutRevision(object: Json): Json {
  const metadata = without(record(object['metadata']), 'resourceVersion', 'uid', 'creationTimestamp', 'managedFields');
  return { ...object, metadata };
}
