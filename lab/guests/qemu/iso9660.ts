// SPDX-License-Identifier: Apache-2.0
/**
 * Writes a small ISO9660 volume: files in its root directory, with Rock Ridge and Joliet names, as `genisoimage -joliet -rock`
 * writes the NoCloud seeds of real clusters. Layout by ECMA-119, the Joliet specification and RRIP (IEEE P1282).
 */

const SECTOR = 2048;
const FIRST = { descriptors: 16, pathTables: 19, directories: 23, files: 25 };
const READ_ONLY_FILE = 0o100444;
const READ_ONLY_DIRECTORY = 0o040555;
/** The escape sequence of UCS-2 level 3. */
const JOLIET = '%/E';

type Names = 'rock ridge' | 'joliet';

interface Entry {
  name: string;
  sector: number;
  bytes: number;
}

/** @param files Texts by name, at most a sector of directory records: about fifteen. */
export function iso9660(label: string, files: Readonly<Record<string, string>>): Buffer {
  const contents = Object.entries(files).map(([name, text]) => ({ name, data: Buffer.from(text) }));
  let sector = FIRST.files;
  const entries = contents.map(({ name, data }): Entry => {
    const entry = { name, sector, bytes: data.length };
    sector += Math.max(1, Math.ceil(data.length / SECTOR));
    return entry;
  });
  const volume = Buffer.alloc(sector * SECTOR);
  const put = (at: number, data: Buffer): void => void data.copy(volume, at * SECTOR);
  put(FIRST.descriptors, descriptor('rock ridge', label, sector));
  put(FIRST.descriptors + 1, descriptor('joliet', label, sector));
  put(FIRST.descriptors + 2, Buffer.from('\xffCD001\x01', 'latin1'));
  for (const [index, names] of (['rock ridge', 'joliet'] as const).entries()) {
    put(FIRST.pathTables + 2 * index, pathTable(FIRST.directories + index, 'LE'));
    put(FIRST.pathTables + 2 * index + 1, pathTable(FIRST.directories + index, 'BE'));
    put(FIRST.directories + index, directory(names, FIRST.directories + index, entries));
  }
  for (const [index, { data }] of contents.entries()) put(entries[index]?.sector ?? 0, data);
  return volume;
}

function descriptor(names: Names, label: string, sectors: number): Buffer {
  const isJoliet = names === 'joliet';
  const text = (value: string, bytes: number): Buffer =>
    isJoliet ? ucs2(value.padEnd(bytes / 2).slice(0, bytes / 2)) : Buffer.from(value.padEnd(bytes).slice(0, bytes));
  const part = Buffer.alloc(SECTOR);
  part.write(`${isJoliet ? '\x02' : '\x01'}CD001\x01`, 0, 'latin1');
  text('LINUX', 32).copy(part, 8);
  text(label, 32).copy(part, 40);
  both32(sectors).copy(part, 80);
  if (isJoliet) part.write(JOLIET, 88, 'latin1');
  // One volume in the set, blocks of one sector, size and location of the path tables.
  for (const [at, value] of [
    [120, 1],
    [124, 1],
    [128, SECTOR],
  ] as const) {
    both16(value).copy(part, at);
  }
  both32(pathTable(0, 'LE').length).copy(part, 132);
  const tables = FIRST.pathTables + (isJoliet ? 2 : 0);
  part.writeUInt32LE(tables, 140);
  part.writeUInt32BE(tables + 1, 148);
  const root = { name: '\0', sector: FIRST.directories + (isJoliet ? 1 : 0), bytes: SECTOR };
  directoryRecord(root, Buffer.from([0]), true, Buffer.alloc(0)).copy(part, 156);
  // Volume set, publisher, preparer, application, and three names of files: all empty.
  for (const [at, bytes] of [...[190, 318, 446, 574].map((one) => [one, 128] as const), [702, 111] as const]) {
    part.fill(isJoliet ? ucs2(' ') : ' ', at, at + bytes);
  }
  // Four unspecified dates.
  for (const at of [813, 830, 847, 864]) part.write('0'.repeat(16), at, 'latin1');
  part.writeUInt8(1, 881);
  return part;
}

/** Returns the path table of a volume with only a root directory. */
function pathTable(root: number, order: 'LE' | 'BE'): Buffer {
  const table = Buffer.alloc(10);
  table.writeUInt8(1, 0);
  if (order === 'LE') table.writeUInt32LE(root, 2);
  else table.writeUInt32BE(root, 2);
  if (order === 'LE') table.writeUInt16LE(1, 6);
  else table.writeUInt16BE(1, 6);
  return table;
}

function directory(names: Names, sector: number, entries: readonly Entry[]): Buffer {
  const isJoliet = names === 'joliet';
  const own = { name: '', sector, bytes: SECTOR };
  const posix = isJoliet ? Buffer.alloc(0) : posixAttributes(READ_ONLY_DIRECTORY, 2);
  // Rock Ridge is announced in the root directory's own record.
  const announced = isJoliet
    ? posix
    : Buffer.concat([Buffer.from('SP\x07\x01\xbe\xef\0', 'latin1'), posix, reference()]);
  const records = entries.map((entry, index) => {
    if (isJoliet) return directoryRecord(entry, ucs2(entry.name), false, Buffer.alloc(0));
    const name = Buffer.from(`NM${String.fromCharCode(5 + entry.name.length)}\x01\0${entry.name}`, 'latin1');
    // Without Rock Ridge it has a name by level 1 of ISO9660.
    const short = Buffer.from(`FILE${String(index).padStart(4, '0')}.;1`);
    return directoryRecord(entry, short, false, Buffer.concat([name, posixAttributes(READ_ONLY_FILE, 1)]));
  });
  return Buffer.concat([
    directoryRecord(own, Buffer.from([0]), true, announced),
    directoryRecord(own, Buffer.from([1]), true, posix),
    ...records,
  ]);
}

function directoryRecord({ sector, bytes }: Entry, name: Buffer, isDirectory: boolean, more: Buffer): Buffer {
  // The system use field starts at an even offset, and a record has an even length.
  const padded = 33 + name.length + (name.length % 2 === 0 ? 1 : 0);
  const length = padded + more.length;
  const record = Buffer.alloc(length + (length % 2));
  record.writeUInt8(record.length, 0);
  both32(sector).copy(record, 2);
  both32(bytes).copy(record, 10);
  const date = new Date();
  const parts = [date.getUTCFullYear() - 1900, date.getUTCMonth() + 1, date.getUTCDate()];
  Buffer.from([...parts, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), 0]).copy(record, 18);
  record.writeUInt8(isDirectory ? 2 : 0, 25);
  both16(1).copy(record, 28);
  record.writeUInt8(name.length, 32);
  name.copy(record, 33);
  more.copy(record, padded);
  return record;
}

function posixAttributes(mode: number, links: number): Buffer {
  return Buffer.concat([Buffer.from('PX\x24\x01', 'latin1'), both32(mode), both32(links), both32(0), both32(0)]);
}

function reference(): Buffer {
  const id = 'RRIP_1991A';
  return Buffer.from(
    `ER${String.fromCharCode(8 + id.length)}\x01${String.fromCharCode(id.length)}\0\0\x01${id}`,
    'latin1',
  );
}

function ucs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function both16(value: number): Buffer {
  const pair = Buffer.alloc(4);
  pair.writeUInt16LE(value, 0);
  pair.writeUInt16BE(value, 2);
  return pair;
}

function both32(value: number): Buffer {
  const pair = Buffer.alloc(8);
  pair.writeUInt32LE(value, 0);
  pair.writeUInt32BE(value, 4);
  return pair;
}
