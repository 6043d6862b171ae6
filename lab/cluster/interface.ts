// SPDX-License-Identifier: Apache-2.0
import type { Credentials } from '../api/credentials.ts';
import type { Fault } from '../api/faults.ts';
import type { ServedRequest } from '../api/server.ts';
import type { ConsoleBytes } from '../console/consoles.ts';
import type { ConsoleDisturbance } from '../console/disturbance.ts';
import type { LauncherRefusal } from '../controllers/launcher-refusals.ts';
import type { ScheduleOrder } from '../controllers/scheduler.ts';
import type { QemuGuestOptions } from '../guests/qemu/qemu-guest.ts';
import type { ScriptedMigration } from '../guests/scripted/scripted-migration.ts';
import type { GuestQuirks } from '../guests/quirks.ts';
import type { ClusterShape } from '../kinds/initial-state.ts';
import type { EchoExchange } from '../network/echo-ledger.ts';
import type { NeighbourOptions } from '../network/neighbour.ts';
import type { Impairment, NetworkReport } from '../network/switch.ts';
import type { LauncherFault } from '../nodes/launcher-faults.ts';
import type { MigrationFault } from '../nodes/migration-handler.ts';
import type { LocalImage } from '../nodes/pod-command.ts';
import type { CniFaults } from '../nodes/pod-sandbox.ts';
import type { SerialListener } from '../nodes/virt-handler.ts';
import type { JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

/** The options of a lab, and the lab that `startLab` returns. */

export interface LabOptions extends ClusterShape {
  guests: 'qemu' | 'scripted';
  /** The directory for kubeconfigs and the files of pods; created if missing. */
  directory: string;
  impairment?: Partial<Impairment>;
  /** A host on every network, in addition to the guests, with its own addresses. */
  neighbour?: NeighbourOptions;
  /** The loopback address to listen on. Default: 127.0.0.1. */
  host?: '127.0.0.1' | '::1';
  /** Default: 0, any free port. */
  port?: number;
  /** Returns the `Date` header of responses; `undefined` omits the header. Default: this machine's time. */
  date?: () => string | undefined;
  /** Milliseconds from the binding of a pod until it runs. */
  startupDelayMs?: number;
  order?: ScheduleOrder;
  /** The images that pods can run, in addition to a shell (`busybox`) and Istio's proxy. Default: none. */
  images?: LocalImage[];
  /** The networks assign no addresses, even if their configuration says so. */
  silentAddressServers?: boolean;
  /** For each node, the range of IPAM host-local, as with a CNI configuration file on each node. */
  hostLocalRanges?: Record<string, string>;
  /** Faulty behaviour of the guests; only for scripted ones. */
  guestQuirks?: GuestQuirks;
  /** Container disks that no node can pull: references, names without a tag for all tags, or `ANY_CONTAINER_DISK`. */
  unpullableImages?: string[];
  /** Registries that require a login: the host, and "user:password". */
  privateRegistries?: Record<string, string>;
  /** Failures of the nodes' CNI plugins: pods on such networks never get a sandbox. */
  cni?: CniFaults;
  /** A failure of every launcher pod. */
  launcherFault?: LauncherFault;
  /** A ResourceQuota or a LimitRange of the namespace refuses every launcher pod. */
  launcherRefusal?: LauncherRefusal;
  /** Milliseconds from the end of a deleted VMI's guest until the object is removed. Default: 200; KubeVirt 1.9 takes 9,000. */
  teardownMs?: number;
  /** SIMULATED live migration of scripted guests. */
  scriptedMigration?: ScriptedMigration;
  /** Live migration of real guests. */
  qemuMigration?: QemuGuestOptions;
  /** A fault of every live migration. */
  migrationFault?: MigrationFault;
  /** Milliseconds until KubeVirt gives up a migration whose target pod cannot be scheduled. Default: 300,000, as KubeVirt's. */
  unschedulableTimeoutMs?: number;
  /** Every VMI has a foreign finalizer: a deleted VMI stays until the finalizer is removed. */
  holdDeletedVmis?: boolean;
  /** virt-controller does not react to deleted VMIs: their guests end, and KubeVirt's own finalizer remains. */
  virtControllerIgnoresDeletions?: boolean;
}

export interface Lab {
  /** Path of an administrator's kubeconfig for this cluster. */
  kubeconfig: string;
  url: string;
  /** All requests that got a response. */
  requests: readonly ServedRequest[];
  onRequest(listener: (request: ServedRequest) => void): () => void;
  list(plural: string, namespace?: string): KubeObject[];
  get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Creates an object, or replaces the one of the same name, as an administrator would. */
  createObject(document: JsonObject): KubeObject;
  /** Deletes an object, as `kubectl delete` does. */
  deleteObject(plural: string, namespace: string | undefined, name: string): void;
  /** Returns the output of each container of a namespace's pods, except launcher pods. */
  podLogs(namespace: string): string[];
  /** Writes a kubeconfig for a service account and returns its path. @throws Error if the account does not exist. */
  kubeconfigOf(namespace: string, serviceAccount: string): string;
  /** Creates a client certificate for a user, signed by this cluster's authority and valid for an hour. */
  clientCertificate(user: string, groups: readonly string[]): Promise<Credentials>;
  /** Returns the paths of all kubeconfig files, except those of deleted pods. */
  kubeconfigs(): string[];
  /** Replaces the token in a kubeconfig file. The old token is refused; open streams continue. */
  rotateToken(kubeconfig: string): void;
  /** Injects a fault into future requests. */
  inject(fault: Fault): void;
  /** Discards all past revisions, as etcd's compaction does: a request for one of them fails with 410. */
  compact(): void;
  /** Ends all open watches cleanly, as an API server does after a timeout, and returns their number. */
  endWatches(): Promise<number>;
  /** Ends all open watches with an ERROR event (410, revision too old) and returns their number. */
  expireWatches(): number;
  /** Closes all open connections without a response; new ones are accepted. */
  dropConnections(): void;
  /** Stops the API server, starts it again at the same address after `downMs`, and then resolves. The rest of the cluster keeps running. */
  restart(downMs: number): Promise<void>;
  /** Adds a disturbance to all consoles. */
  disturbConsoles(disturbance: ConsoleDisturbance): void;
  /** Ends all console connections without a close frame and returns their number. */
  dropConsoles(): number;
  /** Another client takes all consoles in use, for `forMs` or until their clients reconnect; returns their number. */
  takeConsoles(forMs: number): number;
  /** Crashes the guest of the VMI of that name in any namespace. */
  failVmi(name: string): void;
  /** Evicts the launcher pod of the VMI of that name in any namespace, as `kubectl drain` does. */
  evictVmi(name: string): void;
  /** Evicts a pod, as `kubectl drain` does. */
  evictPod(namespace: string, name: string): void;
  /**
   * A node fails: the kubelet stops, and the guests on it crash. SIMULATED: the node is NotReady and its VMIs are Failed at once; a
   * real cluster needs minutes. @throws Error if the node does not exist
   */
  failNode(name: string): void;
  /** Returns how many frames each network delivered and dropped. */
  networkReports(): NetworkReport[];
  /** Returns the pings that crossed a network, in the order of the requests: at least the last 131,072. */
  echoes(): readonly EchoExchange[];
  /** Calls the listener with each ping at its request. Its crossings and its reply are added to the same object later. */
  onEcho(listener: (exchange: EchoExchange) => void): () => void;
  forgetEchoes(): void;
  /**
   * Changes the impairment of all networks, also of future ones, from the next frame on. A seed restarts their random numbers.
   *
   * @throws Error if it names a node or a zone that does not exist
   */
  impair(impairment: Partial<Impairment>): void;
  /** Registers a listener for the serial output of all guests: the name of the VMI, and each piece of output. */
  onSerial(listener: SerialListener): () => void;
  /** Returns the number of bytes that crossed all consoles. */
  consoleBytes(): ConsoleBytes;
  /** Registers a listener for the start of `stop`. */
  onStop(listener: () => void): void;
  stop(): Promise<void>;
}
