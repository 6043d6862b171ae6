// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';

const LENGTH = 4;

/** Ethernet frames over a stream, as QEMU's `-netdev stream` sends them: each after its length, 4 bytes, big-endian. */
export function onFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let buffered: Buffer = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    buffered = buffered.length === 0 ? data : Buffer.concat([buffered, data]);
    while (buffered.length >= LENGTH) {
      const end = LENGTH + buffered.readUInt32BE(0);
      if (buffered.length < end) return;
      onFrame(buffered.subarray(LENGTH, end));
      buffered = buffered.subarray(end);
    }
  });
}

export function sendFrame(socket: Socket, frame: Buffer): void {
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(frame.length);
  socket.write(Buffer.concat([length, frame]));
}
