// SPDX-License-Identifier: Apache-2.0
/** Kubeconfigs in all forms that clusters and users have, to compare kubectl and the checkup. */
import { parse, stringify } from 'yaml';
import type { JsonObject } from '../../lab/objects.ts';

/** The input of a row: two accounts of a running lab, and the addresses of the lab. */
export interface Site {
  server: string;
  /** base64 */
  authority: string;
  one: string;
  two: string;
  certificate: { cert: string; key: string };
  /** `kubectl proxy` over HTTP with a path prefix. */
  plain: string;
  below: string;
  /** URL with a name that only the proxy resolves, and the proxy. */
  remote: string;
  proxy: string;
}

export interface Row {
  title: string;
  files: Record<string, string | Buffer>;
  /** In addition to HOME; file names are below the row's directory. KUBECONFIG is `config` by default. */
  env?: Record<string, string>;
}

interface Parts {
  cluster?: JsonObject;
  user?: JsonObject;
  context?: JsonObject;
  more?: JsonObject;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export function kubeconfigRows(site: Site): Row[] {
  const lab = { server: site.server, 'certificate-authority-data': site.authority };
  const remote = { ...lab, server: site.remote, 'tls-server-name': 'localhost' };
  const config = ({ cluster = lab, user = { token: site.one }, context = {}, more = {} }: Parts = {}): string =>
    stringify({
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', ...context } }],
      'current-context': 'x',
      ...more,
    });
  const one = (title: string, parts: Parts = {}, more: Partial<Row> = {}): Row => ({
    title,
    ...more,
    files: { config: config(parts), ...more.files },
  });
  const raw = (title: string, text: string): Row => ({ title, files: { config: text } });
  const certificate = {
    'client-certificate-data': base64(site.certificate.cert),
    'client-key-data': base64(site.certificate.key),
  };
  const pem = { 'user.crt': site.certificate.cert, 'user.key': site.certificate.key };
  const pair = (a: Parts, b: Parts): Partial<Row> => ({
    files: { a: config(a), b: config(b) },
    env: { KUBECONFIG: 'a:b' },
  });
  const version = 'client.authentication.k8s.io/v1';
  const plugin = (own: JsonObject = {}): JsonObject => ({
    exec: { apiVersion: version, command: './plugin.sh', interactiveMode: 'Never', ...own },
  });
  const credential = (status: JsonObject, apiVersion = version): string =>
    JSON.stringify({ apiVersion, kind: 'ExecCredential', status });
  const prints = (text: string, test = 'true'): Record<string, string> => ({
    'plugin.sh': `#!/bin/sh\n${test} || exit 7\ncat <<'EOF'\n${text}\nEOF\n`,
  });
  const info = (pattern: string): string => `case "$KUBERNETES_EXEC_INFO" in ${pattern}) true;; *) false;; esac`;
  const token = credential({ token: site.one });

  return [
    one('a token'),
    { title: 'UTF-16 with a byte order mark', files: { config: Buffer.from(`\ufeff${config()}`, 'utf16le') } },
    one('a namespace', { context: { namespace: 'latency' } }),
    { title: '~/.kube/config', files: { '.kube/config': config() }, env: { KUBECONFIG: '' } },
    // Files and entries.
    { title: 'two files: the first current-context', ...pair({}, { user: { token: site.two } }) } as Row,
    {
      title: 'two files: a context of the second',
      files: { a: stringify({ 'current-context': 'x' }), b: config({ user: { token: site.two } }) },
      env: { KUBECONFIG: 'a:b' },
    },
    {
      title: 'two files: a user of the first',
      files: { a: stringify({ users: [{ name: 'u', user: { token: site.two } }] }), b: config() },
      env: { KUBECONFIG: 'a:b' },
    },
    {
      title: 'two files: fields are not mixed',
      ...pair({ user: certificate }, { user: { as: 'bob', ...certificate } }),
    } as Row,
    { title: 'a file that is missing', files: { b: config() }, env: { KUBECONFIG: 'none:b' } },
    { title: 'empty names, one file twice', files: { b: config() }, env: { KUBECONFIG: ':b::b:' } },
    { title: 'all files are missing', files: {}, env: { KUBECONFIG: 'none:nothing' } },
    { title: 'a second file that is damaged', files: { a: config(), b: 'x: [' }, env: { KUBECONFIG: 'a:b' } },
    { title: 'a directory', files: { 'd/config': config() }, env: { KUBECONFIG: 'd' } },
    raw('an empty file', ''),
    one('no current-context', { more: { 'current-context': '' } }),
    one('a current-context that is missing', { more: { 'current-context': 'other' } }),
    one('a cluster that is missing', { context: { cluster: 'none' } }),
    one('a user that is missing', { context: { user: 'none' } }),
    one('broken entries that are not used', {
      more: {
        clusters: [{ name: 'c', cluster: lab }, { name: 'd' }, { cluster: { server: 'nonsense' } }],
        users: [
          { name: 'u', user: { token: site.one } },
          { name: 'v', user: { 'client-certificate': 'none', 'client-key': 'none' } },
          { name: 'w', user: { 'auth-provider': { name: 'gcp' } } },
        ],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }, { name: 'z' }],
      },
    }),
    // File formats.
    raw('equal keys: the last', config().replace('current-context: x', 'current-context: other\ncurrent-context: x')),
    one('equal names', { more: { clusters: [{ name: 'c', cluster: lab }, { name: 'c' }] } }),
    one('a token that is a number', { user: { token: 5 } }),
    one('a wrong type that is not used', {
      more: {
        users: [
          { name: 'u', user: { token: site.one } },
          { name: 'v', user: { 'as-groups': 'a' } },
        ],
      },
    }),
    one('data that is not base64', { user: { 'client-key-data': '%%' } }),
    raw('YAML that is damaged', `${config()}\n  - x: [`),
    raw('a list', '- a'),
    raw('a second document', `${config()}\n---\nx: [`),
    raw('JSON with a trailing comma', `${JSON.stringify(parse(config())).slice(0, -1)},}`),
    raw(
      'an anchor and a merge',
      config().replace('cluster: c', 'cluster: c\n      <<: &more\n        namespace: merged'),
    ),
    one('a text that YAML 1.1 takes for true', { more: { 'current-context': 'y' } }),
    one('another kind', { more: { kind: 'Secret' } }),
    // Servers.
    one('a slash at the end', { cluster: { ...lab, server: `${site.server}/` } }),
    one('capital letters', { cluster: { ...lab, server: site.server.replace('https', 'HTTPS') } }),
    one(
      'an authority in a file',
      {
        cluster: { server: site.server, 'certificate-authority': 'pki/ca.crt' },
      },
      { files: { 'pki/ca.crt': Buffer.from(site.authority, 'base64').toString() } },
    ),
    {
      title: 'a path relative to its own file',
      files: {
        'a/config': stringify({ 'current-context': 'x' }),
        'b/config': config({ cluster: { server: site.server, 'certificate-authority': 'ca.crt' } }),
        'b/ca.crt': Buffer.from(site.authority, 'base64').toString(),
      },
      env: { KUBECONFIG: 'a/config:b/config' },
    },
    one('an authority that is missing', { cluster: { server: site.server, 'certificate-authority': 'none' } }),
    one('an authority twice', { cluster: { ...lab, 'certificate-authority': 'config' } }),
    one('an authority that is not PEM', { cluster: { ...lab, 'certificate-authority-data': base64('text') } }),
    one('no authority', { cluster: { server: site.server } }),
    one('insecure', { cluster: { server: site.server, 'insecure-skip-tls-verify': true } }),
    raw(
      'insecure: yes',
      config({ cluster: { server: site.server, 'insecure-skip-tls-verify': 'YES' } }).replace('YES', 'yes'),
    ),
    one('insecure with an authority', { cluster: { ...lab, 'insecure-skip-tls-verify': true } }),
    one('another server name', { cluster: { ...lab, 'tls-server-name': 'localhost' } }),
    one('a wrong server name', { cluster: { ...lab, 'tls-server-name': 'other.example' } }),
    one('http', { cluster: { server: site.plain } }),
    one('http without a user', { cluster: { server: site.plain }, context: { user: '' } }),
    one('http without a scheme', { cluster: { server: site.plain.replace('http://', '') } }),
    one('http below a path', { cluster: { server: site.below } }),
    one('http below a path with a slash', { cluster: { server: `${site.below}/` } }),
    one('a path without a scheme', { cluster: { server: site.below.replace('http://', '') } }),
    one('another scheme', { cluster: { server: site.server.replace('https', 'ftp') } }),
    one('no server', { cluster: { 'tls-server-name': 'localhost' } }),
    // Users.
    one('no credentials', { user: {} }),
    one('a wrong token', { user: { token: 'wrong' } }),
    one('a tokenFile', { user: { tokenFile: 'tokens/one' } }, { files: { 'tokens/one': `${site.one}\n` } }),
    one('a tokenFile and a token', { user: { tokenFile: 'two', token: site.one } }, { files: { two: site.two } }),
    one('a missing tokenFile and a token', { user: { tokenFile: 'none', token: site.one } }),
    one('a missing tokenFile', { user: { tokenFile: 'none' } }),
    one('an empty tokenFile', { user: { tokenFile: 'empty' } }, { files: { empty: '' } }),
    one('a user name and a password', { user: { username: 'bob', password: 'secret' } }),
    one('a user name and a token', { user: { username: 'bob', password: 'secret', token: site.one } }),
    one('a client certificate', { user: certificate }),
    one(
      'a client certificate in files',
      { user: { 'client-certificate': 'user.crt', 'client-key': 'user.key' } },
      { files: pem },
    ),
    one('a client certificate and a token', { user: { ...certificate, token: site.one } }),
    one('a client certificate twice', { user: { ...certificate, 'client-certificate': 'user.crt' } }, { files: pem }),
    one('a client certificate without a key', {
      user: { 'client-certificate-data': certificate['client-certificate-data'] },
    }),
    one(
      'a client key that is missing',
      { user: { 'client-certificate': 'user.crt', 'client-key': 'none' } },
      { files: pem },
    ),
    one('a client key of another certificate', { user: { ...certificate, 'client-key-data': site.authority } }),
    one('auth-provider', { user: { 'auth-provider': { name: 'gcp' } } }),
    // Impersonation.
    one('as', { user: { ...certificate, as: 'bob' } }),
    one('as with groups', { user: { ...certificate, as: 'bob', 'as-groups': ['a', 'b', 'c, d'] } }),
    one('as with uid and extra', {
      user: { ...certificate, as: 'bob', 'as-uid': '7', 'as-user-extra': { 'example.com/Scope%': ['a', 'b'] } },
    }),
    one('as-groups without as', { user: { ...certificate, 'as-groups': ['a'] } }),
    one('as without permission', { user: { token: site.one, as: 'bob' } }),
    one('as over http', { cluster: { server: site.plain }, user: { as: 'bob', 'as-groups': ['a', 'b'] } }),
    // Credential plugins.
    one('a plugin', { user: plugin() }, { files: prints(token, info(`*'"interactive":false'*`)) }),
    one(
      'a plugin below a directory',
      { user: plugin({ command: 'bin/plugin' }) },
      { files: { 'bin/plugin': `#!/bin/sh\necho '${token}'\n` } },
    ),
    one('a plugin of PATH', { user: plugin({ command: 'sh', args: ['-c', `echo '${token}'`] }) }),
    one(
      'a plugin with the cluster',
      { user: plugin({ provideClusterInfo: true }) },
      { files: prints(token, info(`*'"server":"${site.server}"'*`)) },
    ),
    one('a plugin without the cluster', { user: plugin() }, { files: prints(token, info('*\'"cluster"\'*')) }),
    one(
      'a plugin with configuration',
      {
        cluster: { ...lab, extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a1' } }] },
        user: plugin({ provideClusterInfo: true }),
      },
      { files: prints(token, info('*\'"config":{"audience":"a1"}\'*')) },
    ),
    one(
      'a plugin with a variable',
      { user: plugin({ env: [{ name: 'MY', value: 'own' }] }) },
      { files: prints(token, 'test "$MY" = own') },
    ),
    one(
      'a plugin that makes a certificate',
      { user: plugin() },
      {
        files: prints(
          credential({ clientCertificateData: site.certificate.cert, clientKeyData: site.certificate.key }),
        ),
      },
    ),
    one(
      'a plugin that makes half a certificate',
      { user: plugin() },
      { files: prints(credential({ clientCertificateData: site.certificate.cert })) },
    ),
    one('a plugin and a token', { user: { ...plugin(), token: site.two } }, { files: prints(token) }),
    one(
      'a plugin of v1beta1',
      { user: plugin({ apiVersion: `${version}beta1`, interactiveMode: null }) },
      { files: prints(credential({ token: site.one }, `${version}beta1`)) },
    ),
    one('a plugin of v1alpha1', { user: plugin({ apiVersion: `${version}alpha1` }) }, { files: prints(token) }),
    one(
      'a plugin that returns another version',
      { user: plugin() },
      { files: prints(credential({ token: site.one }, `${version}beta1`)) },
    ),
    one('a plugin without interactiveMode', { user: plugin({ interactiveMode: null }) }, { files: prints(token) }),
    one('a plugin that needs a terminal', { user: plugin({ interactiveMode: 'Always' }) }, { files: prints(token) }),
    one('a plugin that fails', { user: plugin() }, { files: prints(token, 'false') }),
    one('a plugin that is missing', { user: plugin({ command: './none' }) }),
    one('a plugin without a command', { user: plugin({ command: '' }) }),
    one('a plugin that prints no JSON', { user: plugin() }, { files: prints('hello') }),
    one('a plugin that prints no credential', { user: plugin() }, { files: prints(credential({})) }),
    // Proxies.
    one('a name that does not resolve', { cluster: remote }),
    one('HTTPS_PROXY', { cluster: remote }, { env: { HTTPS_PROXY: site.proxy } }),
    one('https_proxy', { cluster: remote }, { env: { https_proxy: site.proxy } }),
    one('a proxy without a scheme', { cluster: remote }, { env: { HTTPS_PROXY: site.proxy.replace('http://', '') } }),
    one('HTTP_PROXY alone', { cluster: remote }, { env: { HTTP_PROXY: site.proxy } }),
    one('NO_PROXY', { cluster: remote }, { env: { HTTPS_PROXY: site.proxy, NO_PROXY: 'a.b, .example' } }),
    one(
      'no_proxy of another port',
      { cluster: remote },
      { env: { HTTPS_PROXY: site.proxy, no_proxy: 'lab.example:1' } },
    ),
    one('the loopback', {}, { env: { HTTPS_PROXY: 'http://127.0.0.1:1' } }),
    one('proxy-url', { cluster: { ...remote, 'proxy-url': site.proxy } }),
    one(
      'proxy-url before HTTPS_PROXY',
      { cluster: { ...remote, 'proxy-url': site.proxy } },
      { env: { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '*' } },
    ),
    one('proxy-url to the loopback', { cluster: { ...lab, 'proxy-url': site.proxy } }),
    one('proxy-url of another scheme', { cluster: { ...lab, 'proxy-url': 'socks5h://127.0.0.1:1' } }),
    one('a proxy that is down', { cluster: remote }, { env: { HTTPS_PROXY: 'http://127.0.0.1:1' } }),
  ];
}
