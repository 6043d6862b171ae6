// SPDX-License-Identifier: Apache-2.0
/** Prometheus and its Pushgateway for tests, from Debian's packages. */
import { join } from 'node:path';
import { unpackedPackages } from './debian-package.ts';

interface PrometheusPrograms {
  prometheus: string;
  promtool: string;
  pushgateway: string;
}

/** Returns the paths of the programs; downloads them if they are missing. @throws NotAllowedError */
export async function ensurePrometheus(): Promise<PrometheusPrograms> {
  const directory = await unpackedPackages('prometheus', 'prometheus', 'prometheus-pushgateway');
  return {
    prometheus: join(directory, 'usr/bin/prometheus'),
    promtool: join(directory, 'usr/bin/promtool'),
    pushgateway: join(directory, 'usr/bin/prometheus-pushgateway'),
  };
}
