// SPDX-License-Identifier: Apache-2.0
/** Finds commands in a step of a diagnosis, so that they can be copied. */
import { html, type Html } from './html.ts';

/** A command ends with its line, or before a comma, semicolon, bracket or full stop that continues the sentence. */
const COMMAND = /\b(?:kubectl|oc|virtctl|crictl) (?:(?!, |; | \(|\)(?:[ ;,.]|$)|\. |\? | on the node).)+/g;

/** Renders a line of text; each command in it can be copied. */
export function renderWithCommands(line: string): Html {
  const parts: Html[] = [];
  let end = 0;
  for (const { 0: command, index } of line.matchAll(COMMAND)) {
    parts.push(html`${line.slice(end, index)}${renderCommand(command)}`);
    end = index + command.length;
  }
  return html`${parts}${line.slice(end)}`;
}

export function renderCommand(command: string): Html {
  return html`<code class="command" data-copy>${command}</code>`;
}

/** Renders a step: its first line, and the others to copy, commands one by one. */
export function renderStep(step: string): Html {
  const [first = '', ...lines] = step.split('\n');
  const isCommands = lines.every((line) => /^(?:kubectl|oc|virtctl|crictl) /.test(line));
  const blocks = isCommands ? lines : lines.length > 0 ? [lines.join('\n')] : [];
  return html`${renderWithCommands(first)}${blocks.map(
    (block) =>
      html`<div class="block">
        <pre data-copy><code>${block}</code></pre>
      </div>`,
  )}`;
}
