// SPDX-License-Identifier: Apache-2.0
/** Every command of the documents, in blocks and in the text, is valid. */
import { expect, test } from '@playwright/test';
import { commandLines, parseCommandLine } from './command-lines.ts';
import { blocksOf, codes, DOCUMENTS, proseOf } from './documents.ts';
import { fault, KNOWN_PROGRAMS } from './known-commands.ts';

const LANGUAGES = ['sh', 'yaml', 'mermaid', 'promql', ''];
const COMMAND = new RegExp(`^([A-Z_]+=\\S+ )*(${KNOWN_PROGRAMS.join('|')}) [^…]*$`);

for (const document of DOCUMENTS) {
  const blocks = blocksOf(document);
  const scripts = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => commandLines(text));
  const inText = codes(proseOf(document).replaceAll('\n', ' '))
    .filter((code) => COMMAND.test(code))
    .map(parseCommandLine);
  if (scripts.length + inText.length > 0) {
    test(`the commands of ${document} are valid`, async () => {
      for (const line of [...scripts, ...inText])
        expect([line.text, await fault(line)]).toEqual([line.text, undefined]);
    });
  }

  test(`${document} hides no commands`, () => {
    for (const { language, text } of blocks) {
      expect(LANGUAGES).toContain(language);
      if (language === '') expect(text.split('\n').filter((line) => COMMAND.test(line.trim()))).toEqual([]);
    }
    // An indented block has no language.
    expect(
      proseOf(document)
        .split('\n')
        .filter((line) => /^ {4}/.test(line) && COMMAND.test(line.trim())),
    ).toEqual([]);
  });
}

const WRONG: readonly (readonly [line: string, why: RegExp])[] = [
  ['npm run nothing', /no script "nothing"/],
  ['npm run checkup -- --network a/b --durations 5s', /durations/],
  ['npm run checkup --network a/b', /for itself/],
  ['npm run checkup -- --network a/b --param speed=1', /speed/],
  ['npm run lab -- --fault no-such-fault', /no fault/],
  ['npm run lab -- --lose 5', /no option --lose/],
  ['npm run bench -- nonsense', /knows no nonsense/],
  ['npm install', /npm install/],
  ['npx cowsay', /not of this project/],
  ['npx ./kubevirt-vm-latency-0.1.0.tgz --network a/b --locally', /locally/],
  ['npx playwright test --gerp nothing', /no option --gerp/],
  ['npx playwright test -c tests/playwright.config.ts --project=none', /has no none/],
  ['kubectl aply -k manifests/', /no aply/],
  ['kubectl apply -k manifest/', /there is no manifest/],
  ['kubectl apply -f manifests/rbac.yml', /there is no manifests/],
  ['kubectl get pods --al-namespaces', /no option --al-namespaces/],
  ['kubectl logs -n latency job/kubevirt-vm-latency-runs', /no manifest makes/],
  ['export KUBECONFIC=x', /nothing reads KUBECONFIC/],
  ['SOURCE_NODES=a npx playwright test', /nothing reads SOURCE_NODES/],
  ["jq '.routes[0].p99Seconds' artifacts/result.json", /no p99Seconds/],
  ['skopeo copy --al docker://a/b:1 oci-archive:b.tar', /two images/],
  ['skopeo copy docker://a/b docker://c/b:1', /no image docker:\/\/a\/b/],
  ['rm -rf /', /no program/],
];

for (const [line, why] of WRONG) {
  test(`found wrong: ${line}`, async () => {
    expect(await fault(parseCommandLine(line))).toMatch(why);
  });
}

test('splits words as a shell does', () => {
  const [line, ...more] = commandLines(
    "# first\nA=1 B='x y' kubectl get \\\n  -o jsonpath='{.a b}' \"c d\"  # what for\n\n",
  );
  expect(more).toEqual([]);
  expect(line).toMatchObject({ variables: ['A', 'B'], program: 'kubectl' });
  expect(line?.args).toEqual(['get', '-o', 'jsonpath={.a b}', 'c d']);
});
