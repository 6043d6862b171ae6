// SPDX-License-Identifier: Apache-2.0
/** Returns all saved files of a run as text by name: HTML report data, Allure results, manifests and logs. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { unzipSync, strFromU8 } from 'fflate';

export function artifactTexts(artifacts: string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const name of readdirSync(artifacts, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(artifacts, name);
    if (!statSync(file).isFile()) continue;
    if (name !== path.join('html-report', 'index.html')) texts.set(name, readFileSync(file, 'utf8'));
    else for (const [part, data] of reportData(readFileSync(file, 'utf8'))) texts.set(`${name}!${part}`, data);
  }
  return texts;
}

/** The page contains its data as a zip archive. */
function reportData(html: string): [string, string][] {
  const [, base64 = ''] = /data:application\/zip;base64,([A-Za-z0-9+/=]+)/.exec(html) ?? [];
  const files = unzipSync(Buffer.from(base64, 'base64'));
  return Object.entries(files).map(([name, data]) => [name, strFromU8(data)]);
}

/** Returns every string in a JSON text, or the text itself if it is not JSON. */
export function stringsIn(text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [text];
  }
  const found: string[] = [];
  JSON.stringify(value, (key, part: unknown) => {
    found.push(key, ...(typeof part === 'string' ? [part] : []));
    return part;
  });
  return found;
}
