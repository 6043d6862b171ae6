// SPDX-License-Identifier: Apache-2.0
/** Messages that a kernel prints on the console while others use it. */

const MESSAGES = ['random: crng init done', 'clocksource: Switched to clocksource tsc', 'EXT4-fs (vda): re-mounted'];

/** Returns a text with the `nth` kernel message, from 1, and its line end in the middle. */
export function tornInTwo(text: string, nth: number): string {
  const message = MESSAGES[(nth - 1) % MESSAGES.length] ?? '';
  const half = text.lastIndexOf(':') - 1;
  return `${text.slice(0, half)}${stamp(3 + nth / 10)} ${message}\n${text.slice(half)}`;
}

const CHUNK_LINES = 64;

/** Yields so many bytes of messages in chunks of whole lines. Carriage returns on the wire count. */
export function* kernelMessages(bytes: number): Generator<string> {
  let left = bytes;
  for (let second = 10; left > 0; second += 0.5) {
    let chunk = '';
    for (let i = 0; i < CHUNK_LINES && left > 0; i += 1) {
      const line = `${stamp(second + i / 1000)} net eth0: transmit queue 0 timed out, trying again`.slice(0, left);
      chunk += `${line}\n`;
      left -= line.length + 2;
    }
    yield chunk;
  }
}

function stamp(seconds: number): string {
  return `[${seconds.toFixed(6).padStart(12)}]`;
}
