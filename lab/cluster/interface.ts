import type { Credentials } from '../api/credentials.ts';
import type { Fault } from '../api/faults.ts';
import type { ServedRequest } from '../api/server.ts';
import type { ConsoleBytes } from '../console/consoles.ts';
import type { ConsoleDisturbance } from '../console/disturbance.ts';
import type { ScheduleOrder } from '../controllers/scheduler.ts';
import type { GuestQuirks } from '../guests/quirks.ts';
import type { ClusterShape } from '../kinds/initial-state.ts';
import type { EchoExchange } from '../network/echo-ledger.ts';
import type { NeighbourOptions } from '../network/neighbour.ts';
import type { Impairment, NetworkReport } from '../network/switch.ts';
import type { LauncherFault } from '../nodes/launcher-faults.ts';
import type { LocalImage } from '../nodes/pod-command.ts';
import type { CniFaults } from '../nodes/pod-sandbox.ts';
import type { SerialListener } from '../nodes/virt-handler.ts';
import type { JsonObject } from '../store/json.ts';
import type { KubeObject } from '../store/kube-object.ts';

/** What a lab is told when it starts, and what may be done with it then. */

export interface LabOptions extends ClusterShape {
  guests: 'qemu' | 'scripted';
  /** Where kubeconfigs and what pods leave behind are written; created if missing. */
  directory: string;
  impairment?: Partial<Impairment>;
  /** Somebody else on every network, with addresses of their own. */
  neighbour?: NeighbourOptions;
  /** The loopback address to listen on, and no other; 127.0.0.1 unless told. */
  host?: '127.0.0.1' | '::1';
  /** 0, the default: any free port. */
  port?: number;
  /** What its answers state as the time, in the `Date` header; `undefined`: nothing. Default: this machine's time. */
  date?: () => string | undefined;
  /** How long a bound pod takes to run. */
  startupDelayMs?: number;
  order?: ScheduleOrder;
  /** The images that pods can run, in addition to a shell (`busybox`) and Istio's proxy. Default: none. */
  images?: LocalImage[];
  /** Nobody hands out addresses, whatever a network's configuration says. */
  silentAddressServers?: boolean;
  /** By node: the range that IPAM host-local counts in there, as with a CNI configuration file on each node. */
  hostLocalRanges?: Record<string, string>;
  /** What guests do wrong; scripted ones only. */
  guestQuirks?: GuestQuirks;
  /** Container disks that no node can pull: references, or names without a tag that mean every tag. */
  unpullableImages?: string[];
  /** What CNI plugins on the nodes fail at: pods on such networks never get a sandbox. */
  cni?: CniFaults;
  /** What goes wrong in every launcher pod. */
  launcherFault?: LauncherFault;
  /** A quota of the namespace leaves no memory for launcher pods. */
  launcherQuota?: boolean;
  /** Milliseconds from the end of a deleted VMI's guest until the object goes. Default: 200; KubeVirt 1.9 takes 9,000. */
  teardownMs?: number;
  /** Somebody else's finalizer is on every VMI: a deleted one stays until it is taken off. */
  holdDeletedVmis?: boolean;
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
  /** What each container of a namespace's pods has printed so far, launchers left out. */
  podLogs(namespace: string): string[];
  /** Writes a kubeconfig for a service account and answers its path; throws when there is no such account. */
  kubeconfigOf(namespace: string, serviceAccount: string): string;
  /** Makes a certificate that this cluster's authority signs for a user, good for an hour. */
  clientCertificate(user: string, groups: readonly string[]): Promise<Credentials>;
  /** The kubeconfig files written so far, those of pods that are gone left out. */
  kubeconfigs(): string[];
  /** Gives the user of a kubeconfig file a new token, in that file; the old one is refused, open streams go on. */
  rotateToken(kubeconfig: string): void;
  /** Makes requests to come go wrong, for a while. */
  inject(fault: Fault): void;
  /** Forgets every past revision, as etcd does with time: who comes back with one gets a 410. */
  compact(): void;
  /** Ends every open watch cleanly, as an API server does after a while; answers how many. */
  endWatches(): Promise<number>;
  /** Ends every open watch with an ERROR event: 410, its revision is too old; answers how many. */
  expireWatches(): number;
  /** Breaks every open connection off; new ones are taken. */
  dropConnections(): void;
  /** Stops the API server and starts it again after `downMs`, at the same address; resolves then. All else goes on. */
  restart(downMs: number): Promise<void>;
  /** Makes all consoles go wrong from now on, on top of what was asked for before. */
  disturbConsoles(disturbance: ConsoleDisturbance): void;
  /** Ends every console connection, without a close frame; answers how many. */
  dropConsoles(): number;
  /** Somebody else takes every console in use, for a while or until its client comes back; answers how many. */
  takeConsoles(forMs: number): number;
  /** The guest of this VMI, of whichever namespace, crashes. */
  failVmi(name: string): void;
  /** The launcher pod of this VMI, of whichever namespace, is evicted, as by `kubectl drain`. */
  evictVmi(name: string): void;
  /** What each network in use really did to its frames. */
  networkReports(): NetworkReport[];
  /** Every ping that crossed a network, as the network saw it, in the order of the requests; the last 65,536 at least. */
  echoes(): readonly EchoExchange[];
  forgetEchoes(): void;
  /** Changes all networks, those to come as well, from the next frame on; a given seed begins their chances anew. */
  impair(impairment: Partial<Impairment>): void;
  /** Called with the name of a VMI and each piece that its guest prints once it runs, whoever reads the console. */
  onSerial(listener: SerialListener): () => void;
  /** What went over all consoles so far. */
  consoleBytes(): ConsoleBytes;
  /** Called when the lab is told to stop. */
  onStop(listener: () => void): void;
  stop(): Promise<void>;
}
