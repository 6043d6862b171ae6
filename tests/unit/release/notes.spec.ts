// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { findNotes, UNRELEASED, withAbsoluteLinks } from '../../../scripts/release/notes.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

## [0.2.0] - 2026-12-01

### Added

- One. See [the manual](docs/manual.md#one) and [npm](https://npmjs.com).

## [0.1.0]

- Two.
`;

test('returns the section of a version', () => {
  expect(findNotes(CHANGELOG, '0.2.0')).toBe(
    '### Added\n\n- One. See [the manual](docs/manual.md#one) and [npm](https://npmjs.com).\n',
  );
});

test('fails if the section of a version is missing, empty or has no date', () => {
  expect(() => findNotes(CHANGELOG, '0.2.1')).toThrow('expected a section "## [0.2.1]", found: [Unreleased], [0.2.0]');
  expect(() => findNotes(CHANGELOG, UNRELEASED)).toThrow('"## [Unreleased]" is empty');
  expect(() => findNotes(CHANGELOG, '0.1.0')).toThrow('expected "## [0.1.0] - YYYY-MM-DD"');
});

test('links into the repository become links to the files of the tag', () => {
  const links = { repository: 'https://github.com/o/r', tag: 'v0.2.0' };
  expect(withAbsoluteLinks(findNotes(CHANGELOG, '0.2.0'), links)).toContain(
    '[the manual](https://github.com/o/r/blob/v0.2.0/docs/manual.md#one) and [npm](https://npmjs.com)',
  );
});

test('CHANGELOG.md has the sections of https://keepachangelog.com', () => {
  const changelog = readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'CHANGELOG.md'), 'utf8');
  const headings = [...changelog.matchAll(/^##+ .*$/gm)].map(([heading]) => heading);
  expect(headings[0]).toBe('## [Unreleased]');
  for (const heading of headings.slice(1)) {
    expect(heading).toMatch(
      /^## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$|^### (Added|Changed|Deprecated|Removed|Fixed|Security)$|^#### /,
    );
  }
});
