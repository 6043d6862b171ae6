// SPDX-License-Identifier: Apache-2.0
/** A Pushgateway and a Prometheus of Debian, with the alerts of manifests/monitoring/. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { textAt, type Json, type JsonObject } from '../../lab/objects.ts';
import { ensurePrometheus } from '../../scripts/prometheus.ts';
import { alertingRules } from './monitoring.ts';

const START_LIMIT_MS = 20_000;

export interface Server {
  url: string;
  stop: () => Promise<void>;
}

/** Starts a program that logs its address, and waits for it. @throws Error with its output if it ends before */
async function startServer(program: string, args: readonly string[]): Promise<Server> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  let output = '';
  const limit = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  for await (const text of child.stderr
    .setEncoding('utf8')
    .iterator({ destroyOnReturn: false }) as AsyncIterable<string>) {
    output += text;
    const address = /Listening on" address=(\S+)/.exec(output)?.[1];
    if (address === undefined) continue;
    clearTimeout(limit);
    child.stderr.resume();
    return { url: `http://${address}`, stop };
  }
  clearTimeout(limit);
  throw new Error(`${program} ended before it listened:\n${output}`);
}

export async function startPushgateway(): Promise<Server> {
  const { pushgateway } = await ensurePrometheus();
  return await startServer(pushgateway, ['--web.listen-address=127.0.0.1:0', '--persistence.file=']);
}

/** Starts Prometheus with the project's alerts; it scrapes the Pushgateway each second. */
export async function startPrometheus(directory: string, gateway: Server): Promise<Server> {
  const { prometheus } = await ensurePrometheus();
  mkdirSync(directory, { recursive: true });
  const [configuration, rules] = ['prometheus.yml', 'rules.yml'].map((name) => path.join(directory, name));
  writeFileSync(rules ?? '', stringify(alertingRules()));
  writeFileSync(
    configuration ?? '',
    stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [rules],
      scrape_configs: [
        {
          job_name: 'pushgateway',
          honor_labels: true,
          static_configs: [{ targets: [new URL(gateway.url).host] }],
        },
      ],
    }),
  );
  return await startServer(prometheus, [
    `--config.file=${configuration ?? ''}`,
    `--storage.tsdb.path=${path.join(directory, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
  ]);
}

/** Returns `data` of a response of Prometheus' API. @throws Error if it is an error */
export async function askPrometheus(
  prometheus: Server,
  endpoint: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Json | undefined> {
  const url = `${prometheus.url}/api/v1/${endpoint}?${new URLSearchParams(parameters).toString()}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  const body = (await response.json()) as JsonObject;
  if (body['status'] !== 'success') throw new Error(`${url}: ${textAt(body, 'error') ?? response.statusText}`);
  return body['data'];
}
