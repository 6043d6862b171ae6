// SPDX-License-Identifier: Apache-2.0
/** The seed volume, read by the rules of ECMA-119, Rock Ridge and Joliet. */
import { expect, test } from '@playwright/test';
import { iso9660 } from '../../guests/qemu/iso9660.ts';

const SECTOR = 2048;

interface Found {
  name: string;
  text: string;
}

/** Returns the files of the root directory of a volume descriptor. */
function read(volume: Buffer, descriptor: number): { label: string; files: Found[] } {
  const isJoliet = volume.readUInt8(descriptor * SECTOR) === 2;
  const decode = (part: Buffer): string =>
    isJoliet ? Buffer.from(part).swap16().toString('utf16le') : part.toString('latin1');
  const head = volume.subarray(descriptor * SECTOR, (descriptor + 1) * SECTOR);
  const files: Found[] = [];
  let at = head.readUInt32LE(156 + 2) * SECTOR;
  for (let length = volume.readUInt8(at); length > 0; length = volume.readUInt8(at)) {
    const record = volume.subarray(at, at + length);
    const [sector, bytes, named] = [record.readUInt32LE(2), record.readUInt32LE(10), record.readUInt8(32)];
    expect([record.readUInt32BE(6), record.readUInt32BE(14)]).toEqual([sector, bytes]);
    at += length;
    if (record.readUInt8(25) === 2) continue;
    const alternate = record.indexOf('NM');
    const name = isJoliet
      ? decode(record.subarray(33, 33 + named))
      : record.subarray(alternate + 5, alternate + record.readUInt8(alternate + 2)).toString();
    const text = volume.subarray(sector * SECTOR, sector * SECTOR + bytes).toString();
    files.push({ name, text });
  }
  return { label: decode(head.subarray(40, 72)).trimEnd(), files };
}

test('reads the label and the files of a volume by Rock Ridge and by Joliet', () => {
  const files = { 'meta-data': '{"instance-id":"a.b"}', 'network-config': 'ü\n'.repeat(2000), 'user-data': '' };
  const volume = iso9660('cidata', files);
  const expected = { label: 'cidata', files: Object.entries(files).map(([name, text]) => ({ name, text })) };
  expect(volume.length % SECTOR).toBe(0);
  expect(volume.readUInt32LE(16 * SECTOR + 80)).toBe(volume.length / SECTOR);
  expect(read(volume, 16)).toEqual(expected);
  expect(read(volume, 17)).toEqual(expected);
  expect(volume.subarray(18 * SECTOR, 18 * SECTOR + 7).toString('latin1')).toBe('\xffCD001\x01');
});
