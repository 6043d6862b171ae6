// SPDX-License-Identifier: Apache-2.0
/** Paths of the charts in the artifacts directory. */
import type { IpFamily } from './ip-family.ts';
import type { ObjectRef } from './object-ref.ts';
import type { Route } from './routes.ts';

/** @param network only in a run on several networks */
export function chartFile({ family, direction }: Route, network?: ObjectRef): string {
  const file = `${family}-${direction}-rtt.svg`;
  return network === undefined ? `charts/${file}` : `charts/${nameOf(network)}/${file}`;
}

/** Returns the chart of the sample around a live migration. @param network only in a run on several networks */
export function migrationChartFile(network?: ObjectRef): string {
  return network === undefined ? 'charts/migration.svg' : `charts/${nameOf(network)}/migration.svg`;
}

/** @param family only in a mesh with several */
export function heatMapFile(network: ObjectRef, family?: IpFamily): string {
  return `charts/heat-map-${nameOf(network)}${family === undefined ? '' : `-${family}`}.svg`;
}

/** A namespace has no dots, so the name is unambiguous. */
function nameOf({ namespace, name }: ObjectRef): string {
  return `${namespace}.${name}`;
}
