import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createCredentials, renderKubeconfig } from './api/credentials.ts';
import type { Fault } from './api/faults.ts';
import { ApiServer, type ServedRequest } from './api/server.ts';
import { Consoles } from './console/consoles.ts';
import { startGarbageCollector } from './controllers/garbage-collector.ts';
import { startJobController } from './controllers/job-controller.ts';
import { startNamespaceController } from './controllers/namespace-controller.ts';
import { startScheduler, type ScheduleOrder } from './controllers/scheduler.ts';
import { startVirtController } from './controllers/virt-controller.ts';
import { createDriver } from './guests/driver.ts';
import { CHECKUP_NAMESPACE } from './kinds/default-objects.ts';
import { fill, put, servedKinds, type ClusterShape } from './kinds/initial-state.ts';
import type { Kind } from './kinds/kind.ts';
import { PODS, SERVICE_ACCOUNTS } from './kinds/kinds.ts';
import { Networks } from './network/networks.ts';
import type { Impairment, NetworkReport } from './network/switch.ts';
import { CHECKUP_IMAGE } from './nodes/checkup-image.ts';
import { Kubelet } from './nodes/kubelet.ts';
import type { LocalImage } from './nodes/pod-command.ts';
import { VirtHandler } from './nodes/virt-handler.ts';
import { Tokens } from './rbac/tokens.ts';
import type { JsonObject } from './store/json.ts';
import type { KubeObject } from './store/kube-object.ts';
import { Store } from './store/store.ts';

export interface LabOptions extends ClusterShape {
  guests: 'qemu' | 'scripted';
  /** Where kubeconfigs and what pods leave behind are written; created if missing. */
  directory: string;
  impairment?: Partial<Impairment>;
  /** The loopback address to listen on, and no other; 127.0.0.1 unless told. */
  host?: '127.0.0.1' | '::1';
  /** 0, the default: any free port. */
  port?: number;
  /** How long a bound pod takes to run. */
  startupDelayMs?: number;
  order?: ScheduleOrder;
  /** What pods can be made of; the checkup's image, from this checkout, unless told. */
  images?: LocalImage[];
}

export interface Lab {
  /** Path of an administrator's kubeconfig for this cluster. */
  kubeconfig: string;
  url: string;
  /** Every request answered so far. */
  requests: readonly ServedRequest[];
  onRequest(listener: (request: ServedRequest) => void): () => void;
  list(plural: string, namespace?: string): KubeObject[];
  get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Puts an object in as if applied by an administrator, replacing one of the same name. */
  createObject(document: JsonObject): KubeObject;
  /** As `kubectl delete` does. */
  deleteObject(plural: string, namespace: string | undefined, name: string): void;
  /** What the pods of a namespace have printed so far, launchers left out. */
  podLogs(namespace: string): string[];
  /** Writes a kubeconfig for a service account and answers its path; throws when there is no such account. */
  kubeconfigOf(namespace: string, serviceAccount: string): string;
  /** Makes requests to come go wrong, for a while. */
  inject(fault: Fault): void;
  /** Forgets every past revision, as etcd does with time: who comes back with one gets a 410. */
  compact(): void;
  /** Ends every open watch cleanly, as an API server does after a while. */
  endWatches(): Promise<void>;
  /** Breaks every open connection off; new ones are taken. */
  dropConnections(): void;
  /** What each network in use really did to its frames. */
  networkReports(): NetworkReport[];
  stop(): Promise<void>;
}

const NO_IMPAIRMENT: Impairment = { delayMs: 0, jitterMs: 0, lossPercent: 0, cut: false, seed: 1 };
const DAY_SECONDS = 24 * 3600;

/** Starts a whole cluster inside this process: API server, controllers, KubeVirt, nodes with their pods and guests. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const directory = resolve(options.directory);
  const { store, kinds } = createState(options);
  const tokens = new Tokens(store);
  const tls = await createCredentials();
  const networks = new Networks({ ...NO_IMPAIRMENT, ...options.impairment });
  const driver = await createDriver(options.guests, networks);
  const virtHandler = new VirtHandler(store, driver);
  const consoles = new Consoles(store, (vmi) => virtHandler.guestOf(vmi));

  const accountKubeconfig = (path: string, account: KubeObject, boundTo?: string) => {
    const { token } = tokens.issue(account, DAY_SECONDS, boundTo);
    write(path, renderKubeconfig({ url: server.url, cert: tls.cert, token, namespace: account.metadata.namespace }));
    return path;
  };
  const runtime = {
    images: options.images ?? [CHECKUP_IMAGE],
    directory: join(directory, 'pods'),
    writeKubeconfig: (path: string, account: KubeObject, pod: KubeObject) =>
      accountKubeconfig(path, account, pod.metadata.uid),
  };
  const kubelet = new Kubelet(store, runtime, options.startupDelayMs ?? 0);
  const controllers = [
    startNamespaceController(store, tls.cert),
    startGarbageCollector(store),
    startScheduler(store, options.order),
    startJobController(store),
    ...((options.kubevirt ?? 'deployed') === 'deployed' ? [startVirtController(store)] : []),
  ];

  const requests: ServedRequest[] = [];
  const listeners = new Set<(request: ServedRequest) => void>();
  const server = new ApiServer({
    ...{ store, kinds, tokens, tls, host: options.host ?? '127.0.0.1', port: options.port ?? 0 },
    findLog: (pod) => kubelet.containerOf(pod),
    upgrade: (...connection) => consoles.upgrade(...connection),
    onRequest: (request) => {
      requests.push(request);
      for (const listener of listeners) listener(request);
    },
  });

  const stop = async () => {
    for (const controller of controllers) controller.stop();
    await kubelet.stop();
    await server.stop();
    await virtHandler.stop();
    await driver.close();
    networks.close();
  };
  const kubeconfig = join(directory, 'kubeconfig');
  try {
    await server.start();
    const { url } = server;
    write(
      kubeconfig,
      renderKubeconfig({ url, cert: tls.cert, token: tokens.administrator, namespace: CHECKUP_NAMESPACE }),
    );
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    ...{ kubeconfig, url: server.url, requests },
    onRequest: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    list: (plural, namespace) => store.list(kindNamed(kinds, plural), namespace),
    get: (plural, namespace, name) => store.get(kindNamed(kinds, plural), namespace, name),
    createObject: (document) => put(store, kinds, document),
    deleteObject: (plural, namespace, name) => {
      const kind = kindNamed(kinds, plural);
      const object = store.get(kind, namespace, name);
      if (!object) throw new Error(`this lab has no ${kind.singular} ${namespace ?? ''}/${name}`);
      store.remove(kind, object);
    },
    podLogs: (namespace) =>
      store.list(PODS, namespace).flatMap((pod) => {
        const container = kubelet.containerOf(pod);
        return typeof container === 'string' ? [] : [container.read().toString('utf8')];
      }),
    kubeconfigOf: (namespace, name) => {
      const account = store.get(SERVICE_ACCOUNTS, namespace, name);
      if (!account) throw new Error(`this lab has no service account ${namespace}/${name}`);
      return accountKubeconfig(join(directory, `kubeconfig-${namespace}-${name}`), account);
    },
    inject: (fault) => {
      server.faults.inject(fault);
    },
    compact: () => {
      store.history.compact();
    },
    endWatches: () => server.endWatches(),
    dropConnections: () => {
      server.dropConnections();
    },
    networkReports: () => networks.reports(),
    stop,
  };
}

function createState(shape: ClusterShape): { store: Store; kinds: Kind[] } {
  const kinds = servedKinds(shape);
  const store = new Store();
  fill(store, kinds, shape);
  // What was before its start no cluster can tell.
  store.history.compact();
  return { store, kinds };
}

function write(path: string, text: string): void {
  mkdirSync(resolve(path, '..'), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
}

function kindNamed(kinds: Kind[], plural: string): Kind {
  const kind = kinds.find((known) => known.plural === plural);
  if (!kind) throw new Error(`this lab serves no ${plural}`);
  return kind;
}
