// SPDX-License-Identifier: Apache-2.0
/**
 * Node's debug output holds credentials: with NODE_DEBUG=http, tls or net it prints the headers of requests with their bearer
 * token, and client keys. A worker's output becomes part of the reports. So the checkup runs without it.
 */

const VARIABLES = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE'];
const ESCAPE = String.raw`\u001b\[\d+m`;
/** How `util.debuglog` begins what it prints, in one write: "HTTP 4711: ", with the number in colour on a terminal. */
const DEBUG_OUTPUT = new RegExp(`^\\S+ (${ESCAPE})?${process.pid}(${ESCAPE})?: `);

/**
 * Call it in the main process before a worker starts: processes started later inherit none of the variables. This process has
 * read NODE_DEBUG when it started, so what it prints is dropped. Returns the variables that were set.
 */
export function suppressNodeDebug(): readonly string[] {
  const set = VARIABLES.filter((name) => process.env[name] !== undefined);
  for (const name of set) Reflect.deleteProperty(process.env, name);
  if (!set.includes('NODE_DEBUG')) return set;
  const { stderr } = process;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- applied to the same stream
  const { write } = stderr;
  stderr.write = (...given: unknown[]): boolean => {
    const [chunk] = given;
    if (typeof chunk === 'string' && DEBUG_OUTPUT.test(chunk)) return true;
    return Reflect.apply(write, stderr, given) as boolean;
  };
  return set;
}
