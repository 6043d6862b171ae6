// SPDX-License-Identifier: Apache-2.0
/**
 * Cuts serial output as a node does, one frame per read of the UART: mostly 1 to 3 bytes, never more than 63. `random`
 * gives numbers in [0, 1).
 */
export function* uartFrames(data: Uint8Array, random: () => number): Generator<Uint8Array> {
  let offset = 0;
  while (offset < data.length) {
    const longest = random() < 0.8 ? 3 : 63;
    const length = 1 + Math.floor(random() * longest);
    yield data.subarray(offset, offset + length);
    offset += length;
  }
}

export function* singleBytes(data: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < data.length; offset += 1) yield data.subarray(offset, offset + 1);
}
