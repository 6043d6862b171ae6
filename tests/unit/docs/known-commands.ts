// SPDX-License-Identifier: Apache-2.0
/**
 * What is wrong with a command line of a document: nothing known that it would not run as it stands. npm scripts, options, files, objects
 * and variables are looked up in the checkout; kubectl and Playwright are asked what they take.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ALL_SCENARIOS } from '../../../lab/scenarios.ts';
import { textAt, type JsonObject } from '../../../lab/objects.ts';
import { environmentName, PARAMETER_NAMES } from '../../../model/parameters.ts';
import { parseOptions, UsageError } from '../../../command/options.ts';
import { ensureKubectl } from '../../../scripts/kubectl.ts';
import type { CommandLine } from './command-lines.ts';
import { read, ROOT } from './documents.ts';

type Verdict = string | undefined;
type Judge = (args: readonly string[]) => Verdict | Promise<Verdict>;

const missing = (what: string, ok: boolean): Verdict => (ok ? undefined : what);
const first = (verdicts: readonly Verdict[]): Verdict => verdicts.find((one) => one !== undefined);

function sourcesBelow(...folders: string[]): string {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  return files
    .filter((file) => /\.(ts|yaml)$/.test(file))
    .map(read)
    .join('\n');
}

const PACKAGE = JSON.parse(read('package.json')) as JsonObject;
/** Of `npm run package`. */
const PACKAGE_FILE = `./kubevirt-vm-latency-${textAt(PACKAGE, 'version') ?? ''}.tgz`;
const MANIFESTS = sourcesBelow('manifests');
/** What scripts/release/manifests.ts writes, and where a release publishes it. */
const RELEASED =
  /^(https:\/\/github\.com\/OWNER\/kubevirt-vm-latency\/releases\/download\/v[\d.]+\/)?(install|run)\.yaml$/;
const READERS =
  ['playwright.config.ts'].map(read).join('\n') + sourcesBelow('fixtures', 'reporters', 'lab', 'tests/support');

const helps = new Map<string, string>();

function helpOf(program: string, args: readonly string[]): string {
  const key = [program, ...args].join(' ');
  const known = helps.get(key);
  if (known !== undefined) return known;
  const { stdout, status } = spawnSync(program, [...args], { encoding: 'utf8', cwd: ROOT });
  const help = status === 0 ? stdout : '';
  helps.set(key, help);
  return help;
}

const OPTION = /^--?[A-Za-z][\w-]*/;

/** Returns the options that a help text does not list. "-n latency", "--tail=1", "-o" */
function unknownOption(args: readonly string[], help: string): Verdict {
  const options = args.flatMap((arg) => OPTION.exec(arg)?.[0] ?? []);
  const listed = (option: string): boolean => new RegExp(`(^|[\\s,[])${option}([\\s,=\\]]|$)`, 'm').test(help);
  const wrong = options.find((option) => !listed(option));
  return wrong === undefined ? undefined : `there is no option ${wrong}`;
}

/** NAMESPACE/NAME, DIR: placeholders. */
const filledIn = (word: string): string => word.replace(/\b[A-Z]{2,}\b/g, 'name');

const npmScript: Judge = ([, ...args]) => {
  const [script = '', dashes, ...own] = args.filter((arg, index) => index > 0 || arg !== '--silent');
  const starts = textAt(PACKAGE, 'scripts', script);
  if (starts === undefined) return `package.json has no script "${script}"`;
  if (dashes !== undefined && dashes !== '--') return `${script}: npm takes "${dashes}" for itself`;
  if (script === 'checkup' && own.length > 0) return checkupFault(own);
  const file = /\S+\.ts\b/.exec(starts.replace(/\S+\.mjs/, ''))?.[0] ?? '';
  const help = script === 'lab' ? read('lab/main.ts') : read(file);
  const faults = own.flatMap((word, index) => (own[index - 1] === '--fault' ? [word] : []));
  const known = (fault: string): boolean => fault === 'NAME' || ALL_SCENARIOS.some(({ name }) => name === fault);
  const words = own.filter((word) => script === 'bench' && !new RegExp(`\\b${word}\\b`).test(help));
  return first([
    unknownOption(own, help),
    ...faults.map((fault) => missing(`there is no fault ${fault}`, known(fault))),
    ...words.map((word) => `${script} knows no ${word}`),
  ]);
};

const npm: Judge = (args) => {
  if (args[0] === 'run') return npmScript(args);
  return missing(`npm ${args.join(' ')}`, ['ci', 'test'].includes(args.join(' ')));
};

/** The complaints of `npm run checkup`, and of the npm package. */
function checkupFault(args: readonly string[]): Verdict {
  try {
    const options = parseOptions(args.map(filledIn));
    return options === 'help' || 'history' in options ? undefined : options.warnings[0];
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

const npx: Judge = ([program, command = '', ...rest]) => {
  if (program === PACKAGE_FILE)
    return command === 'report' ? unknownOption(rest, read('command/report.ts')) : checkupFault([command, ...rest]);
  if (program !== 'playwright') return `npx ${program ?? ''} is not of this project`;
  const help = helpOf(process.execPath, ['node_modules/@playwright/test/cli.js', command, '--help']);
  if (help === '') return `playwright has no command ${command}`;
  const config = rest[rest.indexOf('-c') + 1] ?? '';
  const project = rest.find((word) => word.startsWith('--project='))?.replace('--project=', '');
  return first([
    unknownOption(rest, help),
    rest.includes('-c') ? missing(`there is no ${config}`, existsSync(path.join(ROOT, config))) : undefined,
    project === undefined ? undefined : missing(`${config} has no ${project}`, read(config).includes(`'${project}'`)),
  ]);
};

const kubectl: Judge = async (args) => {
  const program = await ensureKubectl();
  const [verb = '', noun = '', kind = ''] = args;
  // "create role" has its own options, and so has "create secret generic".
  const own = noun === 'secret' ? [noun, kind] : [noun];
  const command = verb === 'create' && !noun.startsWith('-') && noun !== '' ? [verb, ...own] : [verb];
  const help = helpOf(program, [...command, '--help']);
  if (!help.includes('Usage:')) return `kubectl has no ${command.join(' ')}`;
  const files = args.flatMap((word, index) =>
    ['-f', '-k'].includes(args[index - 1] ?? '') && verb !== 'logs' && word !== '-' ? [word] : [],
  );
  const objects = args.flatMap((word) => /^(?:\w+\/)?(kubevirt-vm-latency[\w-]*)$/.exec(word)?.[1] ?? []);
  return first([
    unknownOption(args, help + helpOf(program, ['options'])),
    ...files.map((file) => missing(`there is no ${file}`, RELEASED.test(file) || existsSync(path.join(ROOT, file)))),
    ...objects.map((name) =>
      missing(`no manifest makes ${name}`, new RegExp(`(name|secretName): ${name}\n`).test(MANIFESTS)),
    ),
  ]);
};

/** Without a file, jq reads `history.runs` from a pipe. */
function unknownHistoryMember(filter: string): Verdict {
  const source = read('model/history/history-run.ts');
  const members = [...filter.matchAll(/\.([a-z]\w*)/gi)].map(([, member = '']) => member);
  return first(members.map((member) => missing(`a run has no ${member}`, source.includes(`  ${member}: `))));
}

/** Those that were tried; buildah is not on every machine. */
const BUILDAH_OPTIONS = '-t --build-arg --platform --volume ';

const PROGRAMS: Readonly<Record<string, Judge>> = {
  npm,
  npx,
  kubectl,
  export: ([assignment = '']) => unknownVariable(assignment.split('=')[0] ?? ''),
  docker: ([verb, ...rest]) =>
    verb === 'push'
      ? missing('docker push takes one image', rest.length === 1)
      : (missing(`docker ${verb ?? ''}`, verb === 'build' && (rest.length === 0 || rest.at(-1) === '.')) ??
        missing('there is no Dockerfile', existsSync(path.join(ROOT, 'Dockerfile')))),
  buildah: ([verb, ...rest]) =>
    missing(`buildah ${verb ?? ''}`, verb === 'bud' && rest.at(-1) === '.') ?? unknownOption(rest, BUILDAH_OPTIONS),
  // As skopeo 1.9 accepts them.
  skopeo: ([verb = '', ...rest]) => {
    if (verb === 'login') return missing('skopeo login takes one registry', /^[\w.]+$/.test(rest.join(' ')));
    const images = rest.filter((word) => word !== '--all');
    const isImage = (word: string): boolean => /^(docker:\/\/\S+:[\w.]+|oci-archive:\S+\.tar)$/.test(word);
    return first([
      missing(`skopeo ${verb}`, verb === 'copy'),
      missing('skopeo copy takes two images', images.length === 2),
      ...images.map((word) => missing(`skopeo knows no image ${word}`, isImage(word))),
    ]);
  },
  kind: ([verb, noun, , name]) => {
    const run = sourcesBelow('scripts/kind') + read('scripts/kind-e2e.ts');
    return missing(
      `scripts/kind/ does not ${verb ?? ''} ${noun ?? ''} ${name ?? ''}`,
      [verb, noun, name].every((word) => word === undefined || run.includes(`'${word}'`)),
    );
  },
  jq: (args) => {
    const [filter = '', file] = args.filter((word) => word !== '-r');
    if (file === undefined) return unknownHistoryMember(filter);
    const members = [...filter.matchAll(/[a-zA-Z]\w*/g)].map(([member]) => member);
    const schema = read('docs/result.schema.json');
    return first([
      missing(`jq knows nothing of ${file}`, path.basename(file) === 'result.json'),
      ...members.map((member) => missing(`result.json has no ${member}`, schema.includes(`"${member}": {`))),
    ]);
  },
  // Files of a release, and the requests to a Pushgateway.
  curl: (args) =>
    missing(
      `curl ${args.join(' ')}`,
      (args.length === 2 && args[0] === '-LO' && RELEASED.test(args[1] ?? '')) ||
        /^-X DELETE http:\/\/[\w.:]+\/metrics\/job\/kubevirt_vm_latency\/network\/latency\.blue$/.test(args.join(' ')),
    ),
  // It is not available here; one form of it is enough.
  virtctl: ([verb]) => missing(`virtctl ${verb ?? ''}`, verb === 'console'),
};

function unknownVariable(name: string): Verdict {
  const known = PARAMETER_NAMES.map(environmentName).includes(name) || new RegExp(`\\b${name}\\b`).test(READERS);
  return missing(`nothing reads ${name}`, known || name === 'KUBECONFIG');
}

/** Returns the fault of a command line; undefined if there is none. */
export async function fault({ variables, program, args }: CommandLine): Promise<Verdict> {
  const judge = PROGRAMS[program];
  if (judge === undefined) return `"${program}" is no program that a reader of this has`;
  const pipe = args.indexOf('|');
  const own = pipe < 0 ? args : args.slice(0, pipe);
  const [next = '', ...rest] = pipe < 0 ? [] : args.slice(pipe + 1);
  const reader = pipe < 0 ? undefined : { text: '', variables: [], program: next, args: rest };
  return first(variables.map(unknownVariable)) ?? (await judge(own)) ?? (reader && (await fault(reader)));
}

export const KNOWN_PROGRAMS: readonly string[] = Object.keys(PROGRAMS);
