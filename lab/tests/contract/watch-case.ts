/** Watches as data: what exists, what is watched, what happens meanwhile, which events come. */
import { expect } from '@playwright/test';
import { test, type Needed } from './contract-test.ts';
import { Scene, type Request, type Setting } from './scene.ts';

/** A part of a watch event. */
export interface EventLike {
  type: string;
  object: Record<string, unknown>;
}

export interface WatchCase extends Setting {
  /** The recordings this was taken from, and what they show. */
  title: string;
  needs?: Needed | Needed[];
  /** The path, and what it is asked for. */
  watch: string;
  /** What comes first; nothing unless told. */
  opening?: EventLike[];
  during?: Request[];
  /** What comes of that. */
  events?: EventLike[];
  /** What follows: nothing for a while, or the server ends the stream; bookmarks do not count. */
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

/** An event of an object, with more of it where that matters. */
export function event(type: string, name: string, more: Record<string, unknown> = {}): EventLike {
  return { type, object: { metadata: { name }, ...more } };
}
