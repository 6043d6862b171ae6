// SPDX-License-Identifier: Apache-2.0
import { generate } from 'selfsigned';
import { stringify } from 'yaml';

/** A key and its certificate, as PEM. The server's own one is also the cluster's authority; it is created at each start and valid for a day. */
export interface Credentials {
  key: string;
  cert: string;
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
          { type: 7, ip: '::1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  });
  return { key, cert };
}

/** A certificate for a client, as the API server reads it: the common name is the user, organizations are the groups. */
export async function createClientCertificate(
  authority: Credentials,
  user: string,
  groups: readonly string[],
): Promise<Credentials> {
  const names = [{ name: 'commonName', value: user }, ...groups.map((value) => ({ name: 'organizationName', value }))];
  const { private: key, cert } = await generate(names, {
    keySize: 2048,
    algorithm: 'sha256',
    ca: authority,
    notAfterDate: new Date(Date.now() + 3600 * 1000),
    extensions: [{ name: 'extKeyUsage', clientAuth: true }],
  });
  return { key, cert };
}

export function renderKubeconfig(access: {
  url: string;
  cert: string;
  token: string;
  namespace?: string | undefined;
}): string {
  const { url, cert, token, namespace = 'default' } = access;
  const authority = Buffer.from(cert).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server: url, 'certificate-authority-data': authority } }],
    users: [{ name: 'lab', user: { token } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab', namespace } }],
    'current-context': 'lab',
  });
}
