import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DenyRule } from './api/access.ts';
import { createCredentials, writeKubeconfig } from './api/credentials.ts';
import { nameOf } from './api/names.ts';
import { ApiServer, type ServedRequest } from './api/server.ts';
import { Consoles } from './console/consoles.ts';
import { startGarbageCollector } from './controllers/garbage-collector.ts';
import { NodeAgent } from './controllers/node-agent.ts';
import { startScheduler, type ScheduleOrder } from './controllers/scheduler.ts';
import { startVirtController } from './controllers/virt-controller.ts';
import { createDriver } from './guests/driver.ts';
import * as defaults from './kinds/default-objects.ts';
import { ALL_KINDS, CONFIG_MAPS, KUBEVIRTS, NADS, NAMESPACES, NODES } from './kinds/kinds.ts';
import type { Kind } from './kinds/kind.ts';
import { Networks } from './network/networks.ts';
import type { Impairment, NetworkReport } from './network/switch.ts';
import { textAt, type JsonObject } from './store/json.ts';
import { identified, type KubeObject } from './store/kube-object.ts';
import { Store } from './store/store.ts';

export interface LabOptions {
  guests: 'qemu' | 'scripted';
  /** Where the kubeconfig is written; created if missing. */
  directory: string;
  /** How many nodes, named node-1, node-2, …; 2 unless told. */
  nodes?: number;
  impairment?: Partial<Impairment>;
  kubevirt?: 'deployed' | 'deploying' | 'absent';
  multus?: boolean;
  /** Nodes that take no new pods. */
  cordoned?: string[];
  /** What the lab's user may not do; anything else is allowed. */
  deny?: DenyRule[];
  /** More objects, or replacements of the ones the lab starts with. */
  nads?: JsonObject[];
  configMaps?: JsonObject[];
  /** 0, the default: any free port. */
  port?: number;
  /** How long a bound pod takes to run. */
  startupDelayMs?: number;
  order?: ScheduleOrder;
}

export interface Lab {
  /** Path of a kubeconfig for this cluster. */
  kubeconfig: string;
  url: string;
  /** Every request answered so far. */
  requests: readonly ServedRequest[];
  onRequest(listener: (request: ServedRequest) => void): () => void;
  list(plural: string, namespace?: string): KubeObject[];
  get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Puts an object in as if applied by an administrator, replacing one of the same name. */
  createObject(document: JsonObject): KubeObject;
  /** What each network in use really did to its frames. */
  networkReports(): NetworkReport[];
  stop(): Promise<void>;
}

const USER = { name: `system:serviceaccount:${defaults.CHECKUP_NAMESPACE}:vm-latency-checkup-sa` };
const NO_IMPAIRMENT: Impairment = { delayMs: 0, jitterMs: 0, lossPercent: 0, cut: false, seed: 1 };

/** Starts a whole cluster inside this process: API server, scheduler, KubeVirt, nodes and their guests. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const kinds = servedKinds(options);
  const store = new Store();
  fill(store, kinds, options);

  const networks = new Networks({ ...NO_IMPAIRMENT, ...options.impairment });
  const driver = await createDriver(options.guests, networks);
  const nodes = new NodeAgent(store, driver, options.startupDelayMs ?? 0);
  const controllers = [startGarbageCollector(store), startScheduler(store, options.order)];
  if ((options.kubevirt ?? 'deployed') === 'deployed') controllers.push(startVirtController(store));
  const consoles = new Consoles(store, (vmi) => nodes.guestOf(vmi));

  const requests: ServedRequest[] = [];
  const listeners = new Set<(request: ServedRequest) => void>();
  const credentials = await createCredentials();
  const server = new ApiServer({
    store,
    kinds,
    tls: credentials,
    token: credentials.token,
    user: USER,
    deny: options.deny ?? [],
    port: options.port ?? 0,
    upgrade: (...connection) => consoles.upgrade(...connection),
    onRequest: (request) => {
      requests.push(request);
      for (const listener of listeners) listener(request);
    },
  });

  const stop = async () => {
    for (const controller of controllers) controller.stop();
    await server.stop();
    await nodes.stop();
    await driver.close();
    networks.close();
  };

  const kubeconfig = resolve(options.directory, 'kubeconfig');
  const start = async () => {
    const url = await server.start();
    await mkdir(options.directory, { recursive: true });
    await writeKubeconfig(kubeconfig, { url, namespace: defaults.CHECKUP_NAMESPACE, credentials });
    return url;
  };
  const url = await start().catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  return {
    kubeconfig,
    url,
    requests,
    onRequest: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    list: (plural, namespace) => store.list(kindNamed(kinds, plural), namespace),
    get: (plural, namespace, name) => store.get(kindNamed(kinds, plural), namespace, name),
    createObject: (document) => apply(store, kinds, document),
    networkReports: () => networks.reports(),
    stop,
  };
}

function servedKinds({ kubevirt, multus }: LabOptions): Kind[] {
  const absent = new Set([
    ...(kubevirt === 'absent' ? [KUBEVIRTS.group] : []),
    ...(multus === false ? [NADS.group] : []),
  ]);
  return ALL_KINDS.filter((kind) => !absent.has(kind.group));
}

function fill(store: Store, kinds: Kind[], options: LabOptions): void {
  const names = Array.from({ length: options.nodes ?? 2 }, (_, i) => `node-${i + 1}`);
  const unknown = (options.cordoned ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`cannot cordon ${unknown.join(', ')}: the nodes are ${names.join(', ')}`);
  for (const name of ['default', 'kubevirt', defaults.CHECKUP_NAMESPACE])
    store.insert(NAMESPACES, defaults.namespace(name));
  for (const name of names) store.insert(NODES, defaults.node(name, options.cordoned?.includes(name) ?? false));
  for (const map of defaults.configMaps()) store.insert(CONFIG_MAPS, map);
  if (kinds.includes(NADS)) for (const nad of defaults.networkAttachments()) store.insert(NADS, nad);
  if (kinds.includes(KUBEVIRTS)) store.insert(KUBEVIRTS, defaults.kubevirt(options.kubevirt !== 'deploying'));
  for (const document of [...(options.nads ?? []), ...(options.configMaps ?? [])]) apply(store, kinds, document);
}

function apply(store: Store, kinds: Kind[], document: JsonObject): KubeObject {
  const kind = kinds.find((known) => known.kind === document.kind);
  if (!kind) throw new Error(`this lab serves no kind ${JSON.stringify(document.kind)}`);
  const name = nameOf(kind, document);
  const namespace = kind.namespaced
    ? (textAt(document, 'metadata', 'namespace') ?? defaults.CHECKUP_NAMESPACE)
    : undefined;
  const current = store.get(kind, namespace, name);
  const object = identified(document, { name, ...(namespace !== undefined && { namespace }) });
  if (!current) return store.insert(kind, kind.admit ? kind.admit(object) : object);
  const { uid, creationTimestamp } = current.metadata;
  return store.write(kind, { ...object, metadata: { ...object.metadata, uid, creationTimestamp } });
}

function kindNamed(kinds: Kind[], plural: string): Kind {
  const kind = kinds.find((known) => known.plural === plural);
  if (!kind) throw new Error(`this lab serves no ${plural}`);
  return kind;
}
