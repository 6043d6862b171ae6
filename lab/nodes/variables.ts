// SPDX-License-Identifier: Apache-2.0
/**
 * Replaces each `$(NAME)` by the value of the variable, as the kubelet does: an unknown name stays as it is, and `$$` is a
 * dollar sign that begins no name (third_party/forked/golang/expansion/expand.go, Kubernetes 1.33).
 */
export function expandVariables(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:(\$)|\(([^)]*)\))/g, (whole, dollar: string | undefined, name: string) =>
    dollar !== undefined ? '$' : Object.hasOwn(values, name) ? (values[name] ?? '') : whole,
  );
}
