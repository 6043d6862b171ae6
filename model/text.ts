/** Text from outside (guests, API servers, terminals) made safe for one line of a ConfigMap, a log or a report. */

// CSI and OSC sequences, then two-byte escapes.
// eslint-disable-next-line no-control-regex -- control characters are what is removed
const ANSI = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_a-z=>0-9]/g;
// eslint-disable-next-line no-control-regex -- control characters are what is removed
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

export function stripAnsi(text: string): string {
  return text.replace(ANSI, '');
}

/** One line without control characters, at most `limit` characters long. */
export function oneLine(text: string, limit = 4096): string {
  const line = stripAnsi(text).replace(/\s+/g, ' ').replace(CONTROL, '').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}
