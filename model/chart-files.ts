/** Paths of the charts in the artifacts directory. */
import type { ObjectRef } from './object-ref.ts';
import type { Route } from './routes.ts';

/** @param network only in a run on several networks */
export function chartFile({ family, direction }: Route, network?: ObjectRef): string {
  return `charts/${network === undefined ? '' : `${fileName(network)}-`}${family}-${direction}-rtt.svg`;
}

/** A namespace has no dots, so the name is unambiguous. */
function fileName({ namespace, name }: ObjectRef): string {
  return `${namespace}.${name}`;
}
