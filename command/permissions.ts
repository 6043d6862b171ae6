// SPDX-License-Identifier: Apache-2.0
/**
 * Applies the permissions of the checkup, with the names of the manifests. Existing objects that grant less are extended, and restored
 * at the end. Objects that this command created are deleted with its last run.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { list, record, strings, type Json } from '../fixtures/cluster/objects.ts';
import { messageOf } from '../model/errors.ts';
import { deletion, itemsOf, nameOf, type Step } from './clean-up.ts';
import type { Kubectl } from './kubectl.ts';
import { MADE_BY, renderYaml, without, type Plan } from './plan.ts';

export class Permissions {
  readonly #kubectl: Kubectl;
  readonly #verbose: boolean;
  readonly #made: Json[] = [];
  /** The previous state of extended objects. */
  readonly #changed: Json[] = [];
  /** Objects of this run only. */
  readonly #own: Json[] = [];

  /** @param verbose prints objects that are not changed */
  constructor(kubectl: Kubectl, verbose: boolean) {
    this.#kubectl = kubectl;
    this.#verbose = verbose;
  }

  /** Applies the permissions. A refusal is a warning: the permission may exist already; if not, the checkup reports the missing rule. */
  async apply(plan: Plan): Promise<void> {
    const missing: Json[] = [];
    for (const [object, there] of await this.#lookUp([...plan.permissions, ...plan.extendedPermissions])) {
      if (there === undefined) missing.push(object);
      else if (typeof there === 'string') console.log(`warning: ${nameOf(object)} is taken as given: ${there}`);
      else await this.#addTo(there, object);
    }
    if (missing.length > 0) {
      const { made, refused } = await this.#make(['apply'], missing);
      this.#made.push(...made);
      let lacking = 0;
      // Another run may have created them in the meantime.
      for (const [object, there] of refused === undefined ? [] : await this.#lookUp(missing)) {
        if (made.includes(object)) continue;
        if (typeof there === 'object') await this.#addTo(there, object);
        else lacking += 1;
      }
      if (lacking > 0) console.log(`warning: not every permission could be given: ${refused ?? ''}`);
    }
    await this.#grantConfigMapAccess(plan);
    await this.#grantNetworkAccess(plan);
  }

  /** Grants access to the ConfigMap of the run. If it is refused, the permissions of the manifests may exist. */
  async #grantConfigMapAccess({ ownConfigMapAccess, configMapAccess }: Plan): Promise<void> {
    const { made, refused } = await this.#make(['create'], ownConfigMapAccess);
    this.#own.push(...made);
    if (refused === undefined) return;
    const looked = await this.#lookUp(configMapAccess);
    if (looked.some(([, there]) => typeof there !== 'object')) {
      console.log(`warning: the checkup was not given access to its ConfigMap: ${refused}`);
    }
  }

  /**
   * Grants access in the namespaces of the networks, where the user may have no permissions. A refusal concerns the networks of one
   * namespace only. @throws Error when none of the namespaces exists.
   */
  async #grantNetworkAccess({ networkPermissions, networkNamespaces, namespace }: Plan): Promise<void> {
    const missing: string[] = [];
    const permissions = Map.groupBy(networkPermissions, ({ metadata }) => strings(metadata)['namespace'] ?? '');
    for (const [where, objects] of permissions) {
      const { made, refused } = await this.#make(['create', '-n', where], objects);
      this.#own.push(...made);
      if (refused === undefined) continue;
      if (isNotFound(refused)) missing.push(where);
      else this.#warnOfNoAccess(where, namespace, refused);
    }
    const names = missing.map((where) => `"${where}"`).join(', ');
    const text = missing.length > 1 ? 'the namespaces of the networks do not exist' : MISSING_NAMESPACE;
    const what = `${text}: ${names}. Correct --network: "kubectl get network-attachment-definitions -A" lists all networks`;
    if (missing.length === networkNamespaces.length) throw new Error(what);
    if (missing.length > 0) console.log(`warning: ${what}`);
  }

  #warnOfNoAccess(where: string, namespace: string, refused: string): void {
    console.log(`warning: the checkup was not given access to networks in namespace ${where}: ${refused}`);
    console.log('  If it has no access yet, a user with rights there can grant it:');
    for (const command of networkCommands(where, namespace)) console.log(`  ${command}`);
  }

  /** Returns the objects that were, or may have been, created, and the error if not all were. */
  async #make(how: readonly string[], objects: readonly Json[]): Promise<{ made: Json[]; refused?: string }> {
    const { status, stdout, stderr } = await this.#kubectl.run([...how, '-o', 'name', '-f', '-'], renderYaml(objects));
    if (status === 0) return { made: [...objects] };
    const printed = stdout.split('\n').map((line) => line.replace(/\.[^/]*/, ''));
    const unsure = !isServerError(stderr);
    return { made: objects.filter((object) => unsure || printed.includes(nameOf(object))), refused: stderr };
  }

  /** Returns steps that delete the objects of this run only. */
  ownRemoval(): Step[] {
    return this.#own.toReversed().map((object) => deletion(this.#kubectl, object));
  }

  /** Whether there are objects that other runs may also use. */
  get shared(): boolean {
    return this.#changed.length + this.#made.length > 0;
  }

  /** Returns steps that restore or delete the other objects, except those that other runs ("<namespace>/<name>") need. */
  sharedRemoval(others: readonly string[], directory: string): Step[] {
    const shared: Json[] = [];
    const users = new Set<string>();
    const free = (object: Json): boolean => {
      // Its name ends with the namespace of the run.
      const own = object['kind'] === 'ClusterRoleBinding' ? this.#kubectl.namespace : undefined;
      const { namespace = own } = strings(object['metadata']);
      const using = others.filter((other) => namespace === undefined || other.startsWith(`${namespace}/`));
      if (using.length > 0) shared.push(object);
      for (const other of using) users.add(other);
      return using.length === 0;
    };
    const put = this.#changed.filter(free).map((object) => {
      const file = path.join(directory, `${nameOf(object).replace('/', '-')}.yaml`);
      return {
        what: `the rules that were added to ${nameOf(object)}`,
        args: ['replace', '-f', '-'],
        input: renderYaml([object]),
        command: this.#kubectl.command('replace', '-f', file),
        onFailure: () => {
          save(file, renderYaml([object]));
        },
      };
    });
    const made = this.#made.toReversed().filter(free);
    if (shared.length > 0) {
      const names = this.#verbose ? shared.map(nameOf).join(', ') : `${shared.length} permissions`;
      console.log(`Not removed, because they also serve ${[...users].join(', ')}: ${names}`);
    }
    return [...put, ...made.map((object) => deletion(this.#kubectl, object))];
  }

  /** Returns each wanted object with the existing one, undefined if there is none, or the error of reading it. */
  async #lookUp(wanted: readonly Json[]): Promise<(readonly [wanted: Json, there: Json | string | undefined])[]> {
    const all = await this.#kubectl.run([...GET, '-f', '-'], renderYaml(wanted));
    if (all.status === 0) {
      const there = itemsOf(all.stdout);
      return wanted.map((object) => [object, there.find((one) => nameOf(one) === nameOf(object))] as const);
    }
    // kubectl returns none of the objects if one of them cannot be read.
    const looks = wanted.map(async (object) => {
      const { status, stdout, stderr } = await this.#kubectl.run([...GET, '-f', '-'], renderYaml([object]));
      return [object, status === 0 ? itemsOf(stdout)[0] : stderr] as const;
    });
    return Promise.all(looks);
  }

  async #addTo(there: Json, object: Json, attempts = 5): Promise<void> {
    const { labels } = record(there['metadata']);
    const ours = Object.entries(MADE_BY).every(([key, value]) => strings(labels)[key] === value);
    if (ours && !this.#made.includes(object)) this.#made.push(object);
    const united = extendObject(there, object);
    const until = ours ? '' : ' until the end';
    if (united) console.log(`${nameOf(object)} exists already, and grants less: it is added to${until}`);
    else if (this.#verbose) console.log(`${nameOf(object)} exists already`);
    if (!united) return;
    const { status, stderr } = await this.#kubectl.run(['replace', '-f', '-'], renderYaml([united]));
    if (isConflict(stderr) && attempts > 1) {
      const [[, now] = []] = await this.#lookUp([object]);
      if (typeof now === 'object') await this.#addTo(now, object, attempts - 1);
      return;
    }
    if (status !== 0) console.log(`warning: ${nameOf(object)} cannot be added to: ${stderr}`);
    // A replacement whose response was lost may have succeeded.
    if (!ours && (status === 0 || !isServerError(stderr))) this.#changed.push(withoutRevision(there));
  }
}

const MISSING_NAMESPACE = 'the namespace of the network does not exist';
const GET = ['get', '--ignore-not-found', '-o', 'json'];

/** Returns commands that give a checkup in `namespace` access to the networks of another namespace. */
function networkCommands(network: string, namespace: string): string[] {
  const role = `kubevirt-vm-latency-network.${namespace}`;
  return [
    `kubectl create role ${role} -n ${network} --verb=get --resource=network-attachment-definitions.k8s.cni.cncf.io`,
    `kubectl create rolebinding ${role} -n ${network} --role=${role} --serviceaccount=${namespace}:vm-latency-checkup-sa`,
  ];
}

/** Returns whether the API server refused the request: kubectl prints connection errors in another form. */
function isServerError(stderr: string): boolean {
  return stderr.startsWith('Error from server');
}

/** The only object that a creation can lack is its namespace. */
function isNotFound(stderr: string): boolean {
  return stderr.startsWith('Error from server (NotFound)');
}

/** Returns whether another client changed the object since it was read. */
function isConflict(stderr: string): boolean {
  return stderr.startsWith('Error from server (Conflict)');
}

function save(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    console.log(`warning: ${file} cannot be written: ${messageOf(error)}`);
  }
}

/** Returns the existing object extended by the wanted rules and subjects; undefined if it already has them. */
function extendObject(there: Json, wanted: Json): Json | undefined {
  const added = ['rules', 'subjects'].flatMap((field) => {
    const present = list(there[field]);
    const lacking = list(wanted[field]).filter((one) => !present.some((other) => covers(record(other), record(one))));
    return lacking.length === 0 ? [] : [[field, [...present, ...lacking]] as const];
  });
  return added.length === 0 ? undefined : { ...there, ...Object.fromEntries(added) };
}

/** Returns whether one rule or subject includes another. */
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
