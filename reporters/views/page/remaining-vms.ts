// SPDX-License-Identifier: Apache-2.0
/** The VMs that are in the cluster after the run, with commands. */
import { removalCommand } from '../../../fixtures/cluster/remove-vmi.ts';
import type { ObjectRef } from '../../../model/object-ref.ts';
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderCommand } from './commands.ts';
import { html, type Content, type Html } from './html.ts';

/** Returns "" if there are none. */
export function renderRemainingVms({ vmis: { left, kept } }: ResultDocument): Content {
  return [
    left.length > 0 && section('left', 'VMs that were not seen to be deleted', left.map(removal)),
    kept.length > 0 && section('kept', 'VMs retained for debugging', kept.map(debugging)),
  ];
}

function section(id: string, title: string, items: readonly Html[]): Html {
  return html`<section class="card warning" aria-labelledby="vmis-${id}">
    <h2 id="vmis-${id}">${title}</h2>
    <ul class="plain">
      ${items.map((item) => html`<li>${item}</li>`)}
    </ul>
  </section>`;
}

function removal(vmi: ObjectRef): Html {
  return html`${vmi.namespace}/${vmi.name}: ${renderCommand(removalCommand(vmi))}`;
}

function debugging(vmi: ObjectRef): Html {
  const { namespace, name } = vmi;
  const commands = [`virtctl console -n ${namespace} ${name}`, removalCommand(vmi)];
  return html`${namespace}/${name}: ${commands.map(renderCommand)}`;
}
