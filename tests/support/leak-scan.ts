// SPDX-License-Identifier: Apache-2.0
/** Scans what a checkup wrote for secrets: its output, its artifacts (also the data inside the HTML report), and the ConfigMap. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';

interface ScannedText {
  /** The place of the text. */
  place: string;
  text: string;
}

const REPORT_DATA = /<template id="playwrightReportBase64">data:application\/zip;base64,([^<]+)</;

/** Returns every file below a directory, and the data inside an HTML report. */
export function filesBelow(directory: string): ScannedText[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.flatMap((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    const text = readFileSync(file, 'utf8');
    const [, packed] = REPORT_DATA.exec(text) ?? [];
    return [{ place: file, text }, ...(packed === undefined ? [] : unpacked(file, Buffer.from(packed, 'base64')))];
  });
}

function unpacked(file: string, archive: Buffer): ScannedText[] {
  return Object.entries(unzipSync(archive)).map(([name, bytes]) => ({
    place: `${file} › ${name}`,
    text: Buffer.from(bytes).toString('utf8'),
  }));
}

/** A part of a secret of this length is a leak. */
const PART_CHARACTERS = 8;
const STEP_CHARACTERS = 2;

/** Returns the places that contain a part of a secret, as it is or in base64. Secrets are named, not shown. */
export function findLeaks(pieces: ScannedText[], secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => {
    const forms = [...partsOf(secret), ...base64Forms(secret)];
    return pieces
      .filter(({ text }) => forms.some((form) => text.includes(form)))
      .map(({ place }) => `${name} in ${place}`);
  });
}

function partsOf(secret: string): string[] {
  if (secret.length < PART_CHARACTERS) throw new Error('the secret is too short to search for');
  const count = Math.floor((secret.length - PART_CHARACTERS) / STEP_CHARACTERS) + 1;
  return Array.from({ length: count }, (_, index) => secret.slice(index * STEP_CHARACTERS).slice(0, PART_CHARACTERS));
}

/** A text inside a longer one has three forms in base64; the characters at its ends depend on its neighbours. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + secret).toString('base64');
    return encoded.slice(offset === 0 ? 0 : 4, -4);
  });
}
