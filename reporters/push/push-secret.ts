// SPDX-License-Identifier: Apache-2.0
/** Reads the credentials and CA certificates for a Pushgateway: they are files of a mounted Secret, never in the ConfigMap. */
import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { ENVIRONMENT } from '../../fixtures/input/keys.ts';
import { firstSet, type Environment } from '../../fixtures/input/sources.ts';
import { messageOf } from '../../model/errors.ts';
import { quoted } from '../../model/text.ts';

const DIRECTORY = '/var/run/secrets/kubevirt-vm-latency/metrics-push';
const FILES = ['token', 'username', 'password', 'ca.crt'] as const;
const EXPECTED = FILES.map((name) => quoted(name)).join(', ');
/** The cluster's CA; on OpenShift also the CA of certificates for Services. */
const CLUSTER_CAS = ['ca.crt', 'service-ca.crt'].map((name) =>
  path.join('/var/run/secrets/kubernetes.io/serviceaccount', name),
);

/** Unknown files that a warning names. */
const SHOWN_FILES = 3;
/** Characters of a path in messages: its end is the name of the file. */
const SHOWN_PATH = 1000;

export interface PushAccess {
  /** The value of the header. */
  readonly authorization?: string;
  /** For https. */
  readonly secureContext?: SecureContext;
  /** A warning about files that are not read: one of them may have a wrong name. */
  readonly unknownFiles?: string;
  /** Texts that no message may contain. */
  readonly secrets: readonly string[];
}

/**
 * @param isTls whether certificates are needed.
 * @throws Error that names the wrong file.
 */
export async function readPushAccess(environment: Environment, isTls: boolean): Promise<PushAccess> {
  const { files, unknownFiles } = await readSecret(
    firstSet(environment, ENVIRONMENT.metricsPushSecretDirectory)?.value,
  );
  const ca = files.get('ca.crt');
  const secureContext = isTls && { secureContext: ca === undefined ? await knownCas() : ownCa(ca) };
  return { ...credentials(files), ...secureContext, ...(unknownFiles !== undefined && { unknownFiles }) };
}

interface SecretFile {
  /** In quotes. */
  readonly shown: string;
  readonly text: string;
}
type SecretFiles = ReadonlyMap<string, SecretFile>;

/** @param named the directory that the user named. */
async function readSecret(
  named: string | undefined,
): Promise<{ files: SecretFiles; unknownFiles: string | undefined }> {
  const directory = named ?? DIRECTORY;
  const shownDirectory = quoted(directory, SHOWN_PATH);
  const names = await readdir(directory).catch((error: unknown) => {
    if (named === undefined && codeOf(error) === 'ENOENT') return [];
    throw new Error(`the directory ${shownDirectory} cannot be read: ${codeOf(error)}`, { cause: error });
  });
  // The kubelet mounts an optional Secret that does not exist as an empty directory, and adds hidden entries to others.
  const visible = names.filter((name) => !name.startsWith('.'));
  const known = FILES.filter((name) => visible.includes(name));
  if (visible.length > 0 && known.length === 0) {
    throw new Error(`the directory ${shownDirectory} has no file ${EXPECTED}`);
  }
  const read = known.map(async (name) => [name, await readSecretFile(path.join(directory, name))] as const);
  const unknown = visible.filter((name) => !FILES.some((file) => file === name));
  return { files: new Map(await Promise.all(read)), unknownFiles: describeUnknown(unknown, shownDirectory) };
}

function describeUnknown(names: readonly string[], shownDirectory: string): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, SHOWN_FILES).map((name) => quoted(name));
  const more = names.length > SHOWN_FILES ? ` and ${names.length - SHOWN_FILES} more` : '';
  const files = names.length === 1 ? 'the unknown file' : 'unknown files';
  return `the directory ${shownDirectory} has ${files} ${shown.join(', ')}${more}: expected ${EXPECTED}`;
}

async function readSecretFile(file: string): Promise<SecretFile> {
  const shown = quoted(file, SHOWN_PATH);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`the file ${shown} cannot be read: ${codeOf(error)}`, { cause: error });
  });
  if (text.trim() === '') throw new Error(`the file ${shown} is empty`);
  return { shown, text: text.replace(/\r?\n$/, '') };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? messageOf(error);
}

function credentials(files: SecretFiles): Pick<PushAccess, 'authorization' | 'secrets'> {
  const [token, username, password] = ['token', 'username', 'password'].map((name) => files.get(name));
  const basic = username ?? password;
  if (token !== undefined && basic !== undefined) {
    throw new Error(`the Secret has ${token.shown} and ${basic.shown}: expected one of the two kinds of credentials`);
  }
  if (token !== undefined) {
    if (/[^!-~]/.test(token.text)) throw new Error(`the file ${token.shown} is no token: expected one line of ASCII`);
    return { authorization: `Bearer ${token.text}`, secrets: [token.text] };
  }
  if (basic === undefined) return { secrets: [] };
  if (username === undefined) throw new Error(`the Secret has ${basic.shown}, but no file "username"`);
  if (password === undefined) throw new Error(`the Secret has ${basic.shown}, but no file "password"`);
  // RFC 7617: the first colon ends the user.
  if (username.text.includes(':')) throw new Error(`the file ${username.shown} contains a colon`);
  const encoded = Buffer.from(`${username.text}:${password.text}`).toString('base64');
  return { authorization: `Basic ${encoded}`, secrets: [encoded, password.text] };
}

function ownCa({ text, shown }: SecretFile): SecureContext {
  try {
    // Unlike createSecureContext, it throws for a text without a certificate.
    new X509Certificate(text);
    return createSecureContext({ ca: text });
  } catch (error) {
    throw new Error(`the file ${shown} has no certificate that can be read (PEM)`, { cause: error });
  }
}

async function knownCas(): Promise<SecureContext> {
  const system = [...getCACertificates('default'), ...getCACertificates('system')];
  const cluster = await Promise.all(CLUSTER_CAS.map((file) => readFile(file, 'utf8').catch(() => '')));
  return createSecureContext({ ca: [...new Set([...system, ...cluster.filter((text) => text !== '')])] });
}
