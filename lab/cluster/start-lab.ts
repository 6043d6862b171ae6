// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';
import { createClientCertificate, createCredentials } from '../api/credentials.ts';
import { isExec } from '../api/exec-rules.ts';
import { Execs } from '../api/execs.ts';
import { ApiServer, type ServedRequest } from '../api/server.ts';
import { printedLog } from '../api/subresources.ts';
import { Consoles } from '../console/consoles.ts';
import { evict } from '../controllers/eviction.ts';
import { startGarbageCollector } from '../controllers/garbage-collector.ts';
import { startJobController } from '../controllers/job-controller.ts';
import { findNad, podOf, vmiOf } from '../controllers/launcher-pod.ts';
import { startMigrationController, UNSCHEDULABLE_TIMEOUT_MS } from '../controllers/migration-controller.ts';
import { startNamespaceController } from '../controllers/namespace-controller.ts';
import { startScheduler } from '../controllers/scheduler.ts';
import { startVirtController } from '../controllers/virt-controller.ts';
import { startVmiHolder } from '../controllers/vmi-holder.ts';
import { createDriver } from '../guests/driver.ts';
import type { Lab, LabOptions } from './interface.ts';
import { CHECKUP_NAMESPACE, markUnreachable, zoneOf } from '../kinds/default-objects.ts';
import { fill, put, servedKinds, type ClusterShape } from '../kinds/initial-state.ts';
import type { Kind } from '../store/kind.ts';
import { NODES, PODS, SERVICE_ACCOUNTS, VMIS } from '../kinds/kinds.ts';
import { Kubeconfigs } from './kubeconfigs.ts';
import { Networks } from '../network/networks.ts';
import { requireKnown } from '../network/paths.ts';
import { NO_IMPAIRMENT, type Impairment } from '../network/switch.ts';
import { Kubelet } from '../nodes/kubelet.ts';
import { LAB_IMAGES } from '../nodes/pod-command.ts';
import { launcherLog } from '../nodes/launcher-log.ts';
import { MigrationHandler } from '../nodes/migration-handler.ts';
import { VirtHandler, type SerialListener } from '../nodes/virt-handler.ts';
import { Tokens } from '../rbac/tokens.ts';
import { textAt } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';
import { Store } from '../store/store.ts';

/** Short, with the same order of states as on a cluster, where teardown takes 9 s. */
const TEARDOWN_MS = 200;

/** Starts a whole cluster inside this process: API server, controllers, KubeVirt, nodes with their pods and guests. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const directory = resolve(options.directory);
  const { store, kinds } = createState(options);
  const tokens = new Tokens(store);
  const tls = await createCredentials();
  requireNodesAndZones(store, options.impairment ?? {});
  const networks = new Networks(
    { ...NO_IMPAIRMENT, ...options.impairment },
    options.neighbour,
    (nad) => textAt(findNad(store, nad)?.spec, 'config'),
    (bridge) => {
      const nodes = options.bridges?.[bridge];
      const names = store.list(NODES).map(({ metadata }) => metadata.name);
      return nodes === undefined ? [] : names.filter((name) => !nodes.includes(name));
    },
    options.silentAddressServers,
    options.hostLocalRanges,
    (node) => zoneOf(store.get(NODES, undefined, node)),
  );
  const { guests, guestQuirks, scriptedMigration, qemuMigration } = options;
  const driver = await createDriver(guests, networks, guestQuirks, scriptedMigration, qemuMigration);
  const serialListeners = new Set<SerialListener>();
  const onSerial: SerialListener = (...output) => {
    for (const listener of serialListeners) listener(...output);
  };
  const virtHandler = new VirtHandler(store, driver, onSerial, options.launcherFault);
  const consoles = new Consoles(store, (vmi) => virtHandler.guestOf(vmi));
  const teardownMs = options.teardownMs ?? TEARDOWN_MS;
  const migrations = new MigrationHandler({
    store,
    guestOf: (vmi) => virtHandler.guestOf(vmi),
    suspendConsole: (uid) => consoles.suspend(uid),
    teardownMs,
    fault: options.migrationFault,
  });

  const kubeconfigs = new Kubeconfigs(tokens, tls.cert, () => server.url);
  const runtime = {
    images: [...(options.images ?? []), ...LAB_IMAGES],
    directory: join(directory, 'pods'),
    claims: join(directory, 'claims'),
    privateRegistries: options.privateRegistries,
    writeKubeconfig: (path: string, account: KubeObject, pod: KubeObject) =>
      kubeconfigs.writeAccount(path, account, pod.metadata.uid),
  };
  const kubelet = new Kubelet(store, runtime, options);
  const controllers = [
    startNamespaceController(store, tls.cert),
    startGarbageCollector(store),
    startScheduler(store, options.order),
    startJobController(store),
    ...(['deploying', 'absent'].includes(options.kubevirt ?? '')
      ? []
      : [
          startVirtController(store, {
            launcherRefusal: options.launcherRefusal,
            ignoresDeletions: options.virtControllerIgnoresDeletions ?? false,
            teardownMs,
            notMigratable: options.migrationFault === 'not-migratable',
          }),
          startMigrationController(store, {
            unschedulableTimeoutMs: options.unschedulableTimeoutMs ?? UNSCHEDULABLE_TIMEOUT_MS,
          }),
        ]),
    ...(options.holdDeletedVmis ? [startVmiHolder(store)] : []),
  ];

  const execs = new Execs(store, (pod, name, command) => {
    const container = kubelet.containerOf(pod, name);
    return typeof container === 'string' ? undefined : container.exec(command);
  });

  const requests: ServedRequest[] = [];
  const listeners = new Set<(request: ServedRequest) => void>();
  const server = new ApiServer({
    store,
    kinds,
    tokens,
    tls,
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    date: options.date,
    findLog: (pod, container) => {
      const vmi = vmiOf(store, pod);
      const printed = vmi && launcherLog(container, vmi, pod, virtHandler.printedBy(vmi));
      return printed === undefined ? kubelet.containerOf(pod, container) : printedLog(printed);
    },
    upgrade: (request, socket, head, attributes) =>
      (isExec(attributes) ? execs : consoles).upgrade(request, socket, head, attributes),
    onRequest: (request) => {
      requests.push(request);
      for (const listener of listeners) listener(request);
    },
  });

  const stopping: (() => void)[] = [];
  const stop = async () => {
    for (const listener of stopping) listener();
    consoles.close();
    for (const controller of controllers) controller.stop();
    await migrations.stop();
    await kubelet.stop();
    await server.stop();
    await virtHandler.stop();
    await driver.close();
    networks.close();
  };
  const kubeconfig = join(directory, 'kubeconfig');
  try {
    await server.start();
    kubeconfigs.writeAdministrator(kubeconfig, CHECKUP_NAMESPACE);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    kubeconfig,
    url: server.url,
    requests,
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
      store
        .list(PODS, namespace)
        .flatMap((pod) => kubelet.containersOf(pod).map((container) => container.read().toString('utf8'))),
    kubeconfigOf: (namespace, name) => {
      const account = store.get(SERVICE_ACCOUNTS, namespace, name);
      if (!account) throw new Error(`this lab has no service account ${namespace}/${name}`);
      return kubeconfigs.writeAccount(join(directory, `kubeconfig-${namespace}-${name}`), account);
    },
    clientCertificate: (name, groups) => createClientCertificate(tls, name, groups),
    kubeconfigs: () => kubeconfigs.paths,
    rotateToken: (path) => {
      kubeconfigs.rotate(path);
    },
    inject: (fault) => {
      server.faults.inject(fault);
    },
    compact: () => {
      store.history.compact();
    },
    endWatches: () => server.endWatches(),
    expireWatches: () => server.expireWatches(),
    dropConnections: () => {
      server.dropConnections();
    },
    restart: (downMs) => server.restart(downMs),
    disturbConsoles: (disturbance) => {
      consoles.disturb(disturbance);
    },
    dropConsoles: () => consoles.drop(),
    takeConsoles: (forMs) => consoles.take(forMs),
    failVmi: (name) => {
      void virtHandler.crash(vmiNamed(store, name));
    },
    evictVmi: (name) => {
      evict(store, podOf(store, vmiNamed(store, name)));
    },
    evictPod: (namespace, name) => {
      evict(store, store.get(PODS, namespace, name));
    },
    failNode: (name) => {
      const node = store.get(NODES, undefined, name);
      if (!node) throw new Error(`this lab has no node ${name}`);
      store.change(NODES, node, markUnreachable);
      for (const vmi of store.list(VMIS)) {
        if (textAt(vmi.status, 'nodeName') === name) void virtHandler.crash(vmi);
      }
    },
    networkReports: () => networks.reports(),
    echoes: () => networks.echoes(),
    forgetEchoes: () => {
      networks.forgetEchoes();
    },
    onEcho: (listener) => networks.onEcho(listener),
    impair: (impairment) => {
      requireNodesAndZones(store, impairment);
      networks.impair(impairment);
    },
    onSerial: (listener) => {
      serialListeners.add(listener);
      return () => serialListeners.delete(listener);
    },
    consoleBytes: () => consoles.bytes(),
    onStop: (listener) => {
      stopping.push(listener);
    },
    stop,
  };
}

function createState(shape: ClusterShape): { store: Store; kinds: Kind[] } {
  const kinds = servedKinds(shape);
  const store = new Store();
  fill(store, kinds, shape);
  // A cluster has no history from before its start.
  store.history.compact();
  return { store, kinds };
}

function requireNodesAndZones(store: Store, impairment: Partial<Impairment>): void {
  const nodes = store.list(NODES);
  const zones = nodes.flatMap((node) => zoneOf(node) ?? []);
  requireKnown(impairment, { nodes: nodes.map(({ metadata }) => metadata.name), zones: [...new Set(zones)] });
}

function kindNamed(kinds: Kind[], plural: string): Kind {
  const kind = kinds.find((known) => known.plural === plural);
  if (!kind) throw new Error(`this lab serves no ${plural}`);
  return kind;
}

function vmiNamed(store: Store, name: string): KubeObject {
  const vmi = store.list(VMIS).find(({ metadata }) => metadata.name === name);
  if (!vmi) throw new Error(`this lab has no VMI ${name}`);
  return vmi;
}
