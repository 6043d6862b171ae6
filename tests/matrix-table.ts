// SPDX-License-Identifier: Apache-2.0
/** Prints the results of the disruption matrix as a table: rows are checkpoints, columns are disruptions. */
import type { Reporter, Suite, TestCase } from '@playwright/test/reporter';
import { textTable } from '../scripts/text-table.ts';

type Cell = [row: string, column: string, shown: string];

function cellOf(test: TestCase): Cell | undefined {
  const shown = test.annotations.find(({ type }) => type === 'cell')?.description;
  if (shown !== undefined) return JSON.parse(shown) as Cell;
  const [row, column] = test.title.split(': ');
  const inMatrix = test.location.file.endsWith('disruptions.spec.ts') && column !== undefined;
  return inMatrix && test.outcome() === 'unexpected' ? [row ?? '', column, 'FAILED'] : undefined;
}

export default class MatrixTable implements Reporter {
  #suite: Suite | undefined;

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  onEnd(): void {
    const cells = (this.#suite?.allTests() ?? []).flatMap((test) => {
      const cell = cellOf(test);
      return cell === undefined ? [] : [cell];
    });
    if (cells.length === 0) return;
    const rows = [...new Set(cells.map(([row]) => row))];
    const columns = [...new Set(cells.map(([, column]) => column))];
    const shown = (row: string, column: string): string =>
      cells.find(([ofRow, ofColumn]) => ofRow === row && ofColumn === column)?.[2] ?? '–';
    const table = [['', ...columns], ...rows.map((row) => [row, ...columns.map((column) => shown(row, column))])];
    console.log(`\nExit status by checkpoint and disruption (– where it does not apply):\n${textTable(table)}`);
  }
}
