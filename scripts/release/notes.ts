// SPDX-License-Identifier: Apache-2.0
/** Finds the notes of a release in CHANGELOG.md, which has the form of https://keepachangelog.com. */

export const UNRELEASED = 'Unreleased';

/**
 * Returns the text below the heading of a version, without the heading.
 *
 * @throws Error if the section is missing or empty, or if the section of a version has no date.
 */
export function findNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  if (section === undefined) {
    const found = sections.map((text) => text.split('\n')[0]).join(', ');
    throw new Error(`CHANGELOG.md: expected a section "## [${version}]", found: ${found || 'no section'}`);
  }
  const [heading = '', ...lines] = section.split('\n');
  if (version !== UNRELEASED && !/ - \d{4}-\d{2}-\d{2}$/.test(heading)) {
    throw new Error(`CHANGELOG.md: expected "## [${version}] - YYYY-MM-DD", found "## ${heading}"`);
  }
  const notes = lines.join('\n').trim();
  if (notes === '') throw new Error(`CHANGELOG.md: the section "## [${version}]" is empty`);
  return `${notes}\n`;
}

/** Replaces links into the repository with links to the files of the tag: the page of a release has another address. */
export function withAbsoluteLinks(notes: string, { repository, tag }: { repository: string; tag: string }): string {
  return notes.replace(/\]\((?!https?:)([^)\s]+)\)/g, (_, target: string) => `](${repository}/blob/${tag}/${target})`);
}
