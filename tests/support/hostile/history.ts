// SPDX-License-Identifier: Apache-2.0
/** Parameters of the history, of the trend and of what is sent after a run. */
import { MEBIBYTE, parameterInputs, type HostileInput } from './hostile-input.ts';

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

const trends = parameterInputs('trend', '"off", "warn" or "fail"', [
  ['choice', 'a boolean', 'true'],
  ['choice', 'another word', 'error'],
  ['choice', 'two values', 'warn,fail'],
  ['choice', 'capital letters', 'Warn'],
  ['choice', 'a prefix', 'war'],
  ['quotes', 'in double quotes', '"warn"'],
  ['invisible', 'a zero-width space', 'warn\u200b'],
  ['control', 'NUL', 'warn\u0000', { at: 'camelCase' }],
  ['unusual but valid', 'with white space', ' fail\n', { accepted: 'fail' }],
]);

const changes = parameterInputs('trendMinChangePercent', 'whole number of percent from 1 to 1000', [
  ['range', 'zero', '0'],
  ['range', 'one too many', '1001'],
  ['range', 'more than a number holds', '9'.repeat(400)],
  ['sign', 'negative', '-20'],
  ['sign', 'plus', '+20'],
  ['notation', 'a percent sign', '20%'],
  ['notation', 'a fraction', '0.2'],
  ['notation', 'an exponent', '2e1'],
  ['digits', 'Arabic-Indic', '\u0662\u0660'],
  ['not a number', 'a word', 'twenty'],
  ['unusual but valid', 'leading zeros', '0020', { accepted: 20 }],
]);

const runs = parameterInputs('historyRuns', 'whole number of runs from 0 to 500', [
  ['range', 'one too many', '501'],
  ['range', 'more than a number holds', '9'.repeat(400)],
  ['sign', 'negative', '-1'],
  ['notation', 'a fraction', '49.5'],
  ['notation', 'a unit', '50 runs'],
  ['notation', 'a duration', '7d'],
  ['not a number', 'NaN', 'NaN'],
  ['not a number', 'a word', 'all'],
  ['digits', 'fullwidth', '\uff15\uff10'],
  ['unusual but valid', 'none', '0', { accepted: 0 }],
]);

export const HISTORY_INPUTS: readonly HostileInput[] = [...trends, ...changes, ...runs, ...pushUrls];
