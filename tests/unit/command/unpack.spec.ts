// SPDX-License-Identifier: Apache-2.0
/** Unpacks untrusted archives from a pod. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from '@playwright/test';
import { pack, type Header } from 'tar-stream';
import { unpack } from '../../../command/unpack.ts';

type Entry = readonly [header: Partial<Header> & { name: string }, content?: string];

const LIMITS = { bytes: 1000, entries: 10 };

async function archive(...entries: Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const [header, content = ''] of entries) tar.entry(header, content);
  tar.finalize();
  return await buffer(tar);
}

interface Unpacked {
  problems: string[];
  /** The target directory. */
  to: string;
  files: string[];
}

async function unpacked(bytes: Buffer, limits = LIMITS): Promise<Unpacked> {
  const file = test.info().outputPath('archive.tar');
  const to = test.info().outputPath('runs', 'one');
  writeFileSync(file, bytes);
  mkdirSync(to, { recursive: true });
  const problems = await unpack(file, to, limits);
  return { problems, to, files: readdirSync(to, { recursive: true, encoding: 'utf8' }).sort() };
}

test('unpacks files and directories with private modes', async () => {
  const setuid = { name: './bin/tool', mode: 0o6777, uid: 0 };
  const { problems, to, files } = await unpacked(
    await archive(
      [{ name: './', type: 'directory' }],
      [{ name: './bin', type: 'directory', mode: 0o1777 }],
      [setuid, 'x'],
      [{ name: './logs/a' }, 'text'],
    ),
  );
  expect(problems).toEqual([]);
  expect(files).toEqual(['bin', 'bin/tool', 'logs', 'logs/a']);
  expect(readFileSync(path.join(to, 'logs/a'), 'utf8')).toBe('text');
  const mode = (name: string): number => statSync(path.join(to, name)).mode & 0o7777;
  expect(mode('bin/tool') & ~0o644).toBe(0);
  expect(mode('bin') & ~0o755).toBe(0);
});

for (const type of ['symlink', 'link', 'character-device', 'block-device', 'fifo', 'contiguous-file'] as const) {
  test(`skips and reports an entry of type ${type}`, async () => {
    const { problems, files } = await unpacked(
      await archive([{ name: 'odd', type, linkname: '/etc/passwd' }], [{ name: 'after' }, 'x']),
    );
    expect(files).toEqual(['after']);
    expect(problems).toEqual([`not unpacked, since it is of type "${type}": "odd"`]);
  });
}

for (const name of ['/etc/cron.d/evil', '../evil', 'a/../../evil', './..', '/', 'a/'.repeat(20) + 'f']) {
  test(`skips and reports the path ${name}`, async () => {
    const { problems, to, files } = await unpacked(await archive([{ name }, 'x'], [{ name: 'after' }, 'x']));
    expect(files).toEqual(['after']);
    expect(problems).toEqual([`not unpacked, since it has an unexpected path: ${JSON.stringify(name)}`]);
    expect(existsSync(path.join(to, '..', 'evil'))).toBe(false);
  });
}

test('does not write a file through a link of the same archive', async () => {
  const outside = test.info().outputPath('outside');
  const { problems, files } = await unpacked(
    await archive([{ name: 'link', type: 'symlink', linkname: outside }], [{ name: 'link/file' }, 'x']),
  );
  expect(files).toEqual(['link', 'link/file']);
  expect(problems).toHaveLength(1);
  expect(existsSync(outside)).toBe(false);
});

test('does not write more than the size limit', async () => {
  const big: Entry = [{ name: 'big' }, 'x'.repeat(600)];
  const bytes = await unpacked(await archive([{ name: 'a' }, 'x'], big, [{ name: 'big2' }, 'x'.repeat(600)]));
  expect(bytes.files).toEqual(['a', 'big']);
  expect(bytes.problems).toEqual([
    'the archive is damaged or too big, and unpacked in part: its files have more than 1000 bytes',
  ]);
});

test('does not create more files and directories than the limit', async () => {
  const many = Array.from({ length: 11 }, (_, i): Entry => [
    { name: `f${i}`, type: i % 2 === 0 ? 'file' : 'directory' },
  ]);
  const { problems, files } = await unpacked(await archive(...many));
  expect(files).toHaveLength(10);
  expect(problems.join()).toContain('it has more than 10 entries');
});

test('a second file of the same name does not replace the first', async () => {
  const { problems, to } = await unpacked(await archive([{ name: 'a' }, 'first'], [{ name: './a' }, 'second']));
  expect(readFileSync(path.join(to, 'a'), 'utf8')).toBe('first');
  expect(problems.join()).toContain('EEXIST');
});

test('does not write into a directory with files', async () => {
  const to = test.info().outputPath('runs', 'one');
  mkdirSync(to, { recursive: true });
  writeFileSync(path.join(to, 'mine.txt'), 'mine');
  await expect(unpacked(await archive([{ name: 'a' }, 'x']))).rejects.toThrow(`${to} is not empty`);
  expect(readdirSync(to)).toEqual(['mine.txt']);
});

test('reports a truncated archive, and unpacks only its complete files', async () => {
  const whole = await archive([{ name: 'a' }, 'x'.repeat(600)], [{ name: 'b' }, 'y'.repeat(200)]);
  expect(whole).toHaveLength(512 + 1024 + 512 + 512 + 1024);
  const to = (i: number): string => test.info().outputPath('cut', String(i));
  const file = test.info().outputPath('cut.tar');
  for (const [i, length] of [0, 100, 512, 700, 1536, 1600, 2048, 2100, 2560].entries()) {
    writeFileSync(file, whole.subarray(0, length));
    mkdirSync(to(i), { recursive: true });
    expect((await unpack(file, to(i), LIMITS)).join(), `${length} bytes`).toContain('damaged or too big');
    for (const name of readdirSync(to(i))) {
      expect(readFileSync(path.join(to(i), name), 'utf8'), `${length} bytes`).toMatch(
        name === 'a' ? /^x{600}$/ : /^y{200}$/,
      );
    }
  }
});

test('reports input that is not an archive', async () => {
  const { problems, files } = await unpacked(Buffer.from('<html>login</html>'.repeat(100)));
  expect(files).toEqual([]);
  expect(problems.join()).toContain('damaged');
});
