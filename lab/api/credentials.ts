import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { generate } from 'selfsigned';
import { stringify } from 'yaml';

/** What lets a client trust the server and the server know the client: made afresh for each start, good for one day. */
export interface Credentials {
  key: string;
  cert: string;
  token: string;
}

export async function createCredentials(): Promise<Credentials> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'kubevirt-lab' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + 24 * 3600 * 1000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  });
  return { key, cert, token: randomBytes(24).toString('base64url') };
}

export async function writeKubeconfig(
  path: string,
  { url, namespace, credentials }: { url: string; namespace: string; credentials: Credentials },
): Promise<void> {
  const authority = Buffer.from(credentials.cert).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server: url, 'certificate-authority-data': authority } }],
    users: [{ name: 'lab', user: { token: credentials.token } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab', namespace } }],
    'current-context': 'lab',
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
}
