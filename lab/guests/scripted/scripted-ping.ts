// SPDX-License-Identifier: Apache-2.0
import type { Link } from './link.ts';
import { parsePingOptions } from './ping-options.ts';
import { PingRun } from './ping-run.ts';
import { headline } from './ping-output.ts';
import { routeTo } from './routes.ts';
import type { Program } from './shell.ts';

/**
 * A ping with the output of iputils. It sends and times packets over the lab's network.
 * `-V` shows that no virtual machine does this.
 */
export function scriptedPing(links: Link[]): Program {
  return async (args, { out, error, interrupted }) => {
    const options = parsePingOptions(args);
    if (options === 'version') {
      out.write('ping from iputils 20240905 (SIMULATED by a scripted guest)\n');
      return 0;
    }
    if ('problem' in options) {
      error.write(`ping: ${options.problem}\n`);
      return 2;
    }
    const { destination, count, deadlineMs } = options;
    const route = routeTo(destination, links);
    if (route.kind === 'none') {
      error.write(`ping: connect: ${route.reason}\n`);
      return 2;
    }
    out.write(headline(options));
    const ping = new PingRun(options, route, { out, error, interrupted });
    await ping.run();
    out.write(ping.tally.render(destination));
    const { received } = ping.tally;
    // With a deadline, fewer replies than requested are a failure, too.
    return received === 0 || (deadlineMs !== undefined && received < (count ?? 0)) ? 1 : 0;
  };
}
