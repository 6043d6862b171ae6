// SPDX-License-Identifier: Apache-2.0
/** The time of the login prompt of guests, from their output. */
import { expect, test } from '@playwright/test';
import type { SerialListener } from '../../../lab/lab.ts';
import { watchGuestBoots } from '../../../scripts/bench/guest-boots.ts';

function line(): { onSerial: (listener: SerialListener) => () => void; print: (vmi: string, text: string) => void } {
  const listeners = new Set<SerialListener>();
  return {
    onSerial: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    print: (vmi, text) => {
      for (const listener of listeners) listener(vmi, Buffer.from(text));
    },
  };
}

test('uses the first prompt of each guest, also when split or interleaved', () => {
  const { onSerial, print } = line();
  const boots = watchGuestBoots({ onSerial });
  print('a', 'Welcome\r\n\r\na log');
  print('b', 'b login: root\r\n');
  expect(boots.promptsMs).toHaveLength(0);
  print('a', 'in: ');
  expect(boots.promptsMs).toHaveLength(1);
  print('a', '\r\na login: ');
  expect(boots.promptsMs).toHaveLength(1);
  print('b', 'b login: ');
  expect(boots.promptsMs).toHaveLength(2);
  boots.stop();
  print('c', 'c login: ');
  expect(boots.promptsMs).toHaveLength(2);
});
