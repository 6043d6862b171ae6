// SPDX-License-Identifier: Apache-2.0
/** Contract cases as data: existing objects, requests, and expected responses. */
import { expect } from '@playwright/test';
import { isObject } from '../../store/json.ts';
import type { Reply } from './api.ts';
import type { Answer } from './bodies.ts';
import { test, type Needed } from './contract-test.ts';
import { Scene, type Request, type Setting } from './scene.ts';

export interface Exchange {
  request: Request;
  answer: Answer;
  /** Sent again until the answer is the expected one. */
  eventually?: boolean;
}

export interface Case extends Setting, Exchange {
  /** The numbers of the recordings that the case comes from, and what they show. */
  title: string;
  needs?: Needed | Needed[];
  then?: Exchange[];
}

/** The time limit of an eventual answer: a real cluster pulls images and has other work. */
const TIMEOUT_MS = { lab: 10_000, cluster: 90_000 };

/** Registers each case as a test; `theme` is a prefix of the names of its objects. */
export function contract(theme: string, cases: Case[]): void {
  cases.forEach((one, index) => {
    test(one.title, async ({ stage, requires }) => {
      requires(one.needs);
      const timeout = TIMEOUT_MS[stage.lab ? 'lab' : 'cluster'];
      if (!stage.lab) test.setTimeout(2 * timeout);
      const scene = new Scene(stage, `${theme}-${index}`);
      await scene.set(one);
      for (const { request, answer, eventually = false } of [one, ...(one.then ?? [])]) {
        const exchange = async () => {
          meets(await scene.send(request), scene.fill(answer));
        };
        await (eventually ? expect(exchange).toPass({ timeout }) : exchange());
      }
    });
  });
}

export function meets(reply: Reply, { status, body, like, headers }: Answer): void {
  expect(reply.status, JSON.stringify(reply.body)).toBe(status);
  if (body !== undefined) expect(reply.body).toEqual(body);
  if (like) expect(reply.body).toMatchObject(like);
  if (headers) expect(reply.headers).toMatchObject(headers);
  const failure = isObject(reply.body) && reply.body.kind === 'Status' && reply.body.status === 'Failure';
  if (failure) expect(reply.headers['content-type']).toBe('application/json');
}
