/** Parameters of the history and of what is sent after a run. */
import { MEBIBYTE, parameterInputs } from './hostile-input.ts';

const PUSHGATEWAY = 'http://pushgateway.monitoring.svc:9091';
/** Messages do not contain these values: they are longer than the values that the test looks for. */
const HOST = 'a-pushgateway-with-a-long-name.monitoring.svc:9091';

const pushUrls = parameterInputs('metricsPushUrl', 'an http or https URL without user, password, query and fragment', [
  ['credentials', 'user and password', `https://admin:secret@${HOST}`],
  ['credentials', 'a user alone', `https://admin@${HOST}/path`],
  ['credentials', 'an empty user', `http://@${HOST}`],
  ['credentials', 'a password with a slash and a question mark', `http://admin:se/c?ret@${HOST}`],
  ['query', 'a token', `${PUSHGATEWAY}/?token=secret`],
  ['query', 'an empty one', `${PUSHGATEWAY}/metrics-of-clusters?`],
  ['query', 'a fragment', `${PUSHGATEWAY}/metrics-of-clusters#a`],
  ['scheme', 'none', 'pushgateway.monitoring.svc:9091'],
  ['scheme', 'another', 'ftp://pushgateway:9091'],
  ['scheme', 'a file', 'file:///etc/passwd'],
  ['scheme', 'a script', 'javascript:alert(1)'],
  ['scheme', 'one slash', 'http:/pushgateway:9091'],
  ['scheme', 'alone', 'https://'],
  ['host', 'none', 'http:///metrics'],
  ['host', 'a port that is too large', 'http://pushgateway:65536'],
  ['host', 'a port that is no number', 'http://pushgateway:http'],
  ['host', 'an IPv6 address without brackets', 'http://fd00::1:9091'],
  ['host', 'a number that is no address', 'http://256.0.0.1'],
  ['letters', 'a fullwidth letter', 'http://\uff50ushgateway'],
  ['invisible', 'a zero-width space', 'http://push\u200bgateway'],
  ['control', 'a header', 'http://pushgateway/\r\nHost: other'],
  ['control', 'a tab, which parsers of URLs drop', 'http://push\tgateway'],
  ['path', 'backslashes', 'http:\\\\pushgateway\\metrics'],
  ['two values', 'two URLs', 'http://a,http://b http://c'],
  ['shell', 'a second command', 'http://pushgateway; reboot'],
  ['markup', 'an image', '<img src=x onerror=alert(1)>'],
  ['size', '1 MiB', `http://${'a'.repeat(MEBIBYTE)}`, { at: 'camelCase' }],
  ['blank', 'spaces', '  ', { accepted: undefined }],
  ['unusual but valid', 'slashes at the end', `${PUSHGATEWAY}//`, { accepted: PUSHGATEWAY }],
  ['unusual but valid', 'a path', `${PUSHGATEWAY}/east/push/`, { accepted: `${PUSHGATEWAY}/east/push` }],
  ['unusual but valid', 'an @ in the path', `${PUSHGATEWAY}/@team`, { accepted: `${PUSHGATEWAY}/@team` }],
  ['unusual but valid', 'upper case', 'HTTPS://Pushgateway:443', { accepted: 'https://pushgateway' }],
  ['unusual but valid', 'an IPv6 address', ' http://[fd00::1]:9091 ', { accepted: 'http://[fd00::1]:9091' }],
]);

export const HISTORY_INPUTS = [...pushUrls];
