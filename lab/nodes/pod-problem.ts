// SPDX-License-Identifier: Apache-2.0
/** The error of a container that cannot start, with the reason in its status. */
export class PodProblem extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}
