// SPDX-License-Identifier: Apache-2.0
/** Watch cases as data: existing objects, watched path, changes, and expected events. */
import { expect } from '@playwright/test';
import { test, type Needed } from './contract-test.ts';
import { Scene, type Request, type Setting } from './scene.ts';

/** A part of a watch event. */
export interface EventLike {
  type: string;
  object: Record<string, unknown>;
}

export interface WatchCase extends Setting {
  /** The numbers of the recordings that the case comes from, and what they show. */
  title: string;
  needs?: Needed | Needed[];
  /** The path with its query. */
  watch: string;
  /** The initial events; default: none. */
  opening?: EventLike[];
  during?: Request[];
  /** The events after these requests. */
  events?: EventLike[];
  /** The end: no events for a while, or the server ends the stream. Bookmarks are ignored. */
  end?: 'quiet' | 'ended';
}

const QUIET_MS = 400;

export function watchContract(theme: string, cases: WatchCase[]): void {
  cases.forEach((one, index) => {
    test(one.title, async ({ stage, requires }) => {
      requires(one.needs);
      const { opening = [], during = [], events = [], end } = one;
      const scene = new Scene(stage, `${theme}-${index}`);
      await scene.set(one);
      const stream = await stage.api.watch(await scene.call({ path: one.watch }));
      try {
        expect(stream.status).toBe(200);
        expect(await stream.take(opening.length)).toMatchObject(scene.fill(opening));
        for (const request of during) await scene.succeed(request);
        expect(await stream.take(events.length)).toMatchObject(scene.fill(events));
        if (!end) return;
        const rest = end === 'ended' ? await stream.rest() : await stream.takeWithin(QUIET_MS);
        expect(rest.filter(({ type }) => type !== 'BOOKMARK')).toEqual([]);
      } finally {
        stream.close();
      }
    });
  });
}

/** Returns the expected event of an object, with optional further fields. */
export function event(type: string, name: string, more: Record<string, unknown> = {}): EventLike {
  return { type, object: { metadata: { name }, ...more } };
}
