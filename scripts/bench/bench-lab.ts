// SPDX-License-Identifier: Apache-2.0
/** One lab with real guests for the whole benchmark, and complete checkups against it, with the service account of the manifests. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type ServedRequest, startLab, type Lab } from '../../lab/lab.ts';
import type { EchoExchange, Impairment } from '../../lab/network.ts';
import { textAt, type JsonObject } from '../../lab/objects.ts';
import { runCheckup, type CheckupRun, type RunOptions } from './checkup-run.ts';
import { watchGuestBoots } from './guest-boots.ts';

const MANIFESTS = path.join(import.meta.dirname, '..', '..', 'manifests');
const CONFIG_MAP = { namespace: 'latency', name: 'kubevirt-vm-latency-config' };

export interface Measured extends CheckupRun {
  /** The ConfigMap's data after the run. */
  readonly results: Readonly<Record<string, string>>;
  readonly requests: readonly ServedRequest[];
  /** Milliseconds from the creation of the VMs to the later login prompt. */
  readonly bootMs: number;
  /** The pings that crossed the network during the run. */
  readonly echoes: readonly EchoExchange[];
  readonly consoleBytes: { readonly fromGuests: number; readonly toGuests: number };
}

export interface BenchRun extends Pick<RunOptions, 'env' | 'node' | 'started'> {
  readonly impairment?: Partial<Impairment>;
}

export class BenchLab {
  readonly lab: Lab;
  readonly #directory: string;
  readonly #kubeconfig: string;
  #runs = 0;

  private constructor(lab: Lab, directory: string) {
    this.lab = lab;
    this.#directory = directory;
    this.#kubeconfig = lab.kubeconfigOf('latency', 'vm-latency-checkup-sa');
  }

  /** Starts a lab with the permissions of rbac.yaml alone. @throws CheckupFailed */
  static async start(directory: string): Promise<BenchLab> {
    const objects = await documentsOf('rbac.yaml');
    const lab = await startLab({ guests: 'qemu', directory: path.join(directory, 'lab'), objects });
    const bench = new BenchLab(lab, directory);
    // The first run fills the compile cache, which the image contains.
    await bench.checkup({ env: { SAMPLE_DURATION_SECONDS: '1' } });
    return bench;
  }

  /** Grants the permissions of rbac-extended.yaml. */
  async extendPermissions(): Promise<void> {
    for (const document of await documentsOf('rbac-extended.yaml')) this.lab.createObject(document);
  }

  /** Grants the permissions of rbac-migration.yaml. */
  async permitMigrations(): Promise<void> {
    for (const document of await documentsOf('rbac-migration.yaml')) this.lab.createObject(document);
  }

  /** Runs one complete checkup; default: a network without impairment. @throws CheckupFailed */
  async checkup({ impairment, ...options }: BenchRun = {}): Promise<Measured> {
    for (const document of await documentsOf('config.yaml')) this.lab.createObject(document);
    this.lab.impair({ delayMs: 0, lossPercent: 0, ...impairment });
    this.lab.forgetEchoes();
    this.#runs += 1;
    const directory = path.join(this.#directory, `run-${this.#runs}`);
    const before = { requests: this.lab.requests.length, bytes: this.lab.consoleBytes() };
    let created: number | undefined;
    const stopListening = this.lab.onRequest(({ verb, path: requested, time }) => {
      if (verb === 'create' && requested.includes('/virtualmachineinstances')) created ??= time.getTime();
    });
    const boots = watchGuestBoots(this.lab);
    try {
      const run = await runCheckup({ ...options, kubeconfig: this.#kubeconfig, directory });
      const prompt = boots.promptsMs.at(-1);
      if (created === undefined || prompt === undefined || boots.promptsMs.length !== 2) {
        throw new Error('the lab did not record the start of two guests');
      }
      const after = this.lab.consoleBytes();
      return {
        ...run,
        results: dataOf(this.lab),
        requests: this.lab.requests.slice(before.requests),
        bootMs: prompt - created,
        echoes: [...this.lab.echoes()],
        consoleBytes: {
          fromGuests: after.fromGuests - before.bytes.fromGuests,
          toGuests: after.toGuests - before.bytes.toGuests,
        },
      };
    } finally {
      boots.stop();
      stopListening();
    }
  }

  stop(): Promise<void> {
    return this.lab.stop();
  }
}

function dataOf(lab: Lab): Record<string, string> {
  const configMap = lab.get('configmaps', CONFIG_MAP.namespace, CONFIG_MAP.name);
  const keys = Object.keys(configMap?.['data'] ?? {});
  return Object.fromEntries(keys.map((key) => [key, textAt(configMap, 'data', key) ?? '']));
}

async function documentsOf(manifest: string): Promise<JsonObject[]> {
  const text = await readFile(path.join(MANIFESTS, manifest), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as JsonObject);
}
