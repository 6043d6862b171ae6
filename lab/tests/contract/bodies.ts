/** Objects that are sent, and the answers that are expected. */
import { expect } from '@playwright/test';
import type { Json, JsonObject } from '../../store/json.ts';
import { Template } from './template.ts';

export interface Answer {
  status: number;
  /** The whole body. */
  body?: Json;
  /** A part of the body. */
  like?: Record<string, unknown>;
  headers?: Record<string, string>;
}

export const CONFIG_MAPS = '/api/v1/namespaces/{ns}/configmaps';
export const PODS = '/api/v1/namespaces/{ns}/pods';
export const NADS = '/apis/k8s.cni.cncf.io/v1/namespaces/{ns}/network-attachment-definitions';
export const VMIS = '/apis/kubevirt.io/v1/namespaces/{ns}/virtualmachineinstances';

export const UUID = matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
export const TIME = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
export const REVISION = matching(/^\d+$/);
export const SOME_NUMBER = expect.any(Number) as unknown as number;
export const SOME_TEXT = matching(/./);

/** Stands where a text is expected. */
export function matching(pattern: RegExp): string {
  return expect.stringMatching(pattern) as unknown as string;
}

/** Stands where a list is expected that has these, and perhaps more, in any order. */
export function having(...items: unknown[]): JsonObject[] {
  return new Template(items, (filled) => expect.arrayContaining(filled)) as unknown as JsonObject[];
}

/** Stands where an object is expected that has this, and perhaps more. */
export function part(object: Record<string, unknown>): JsonObject {
  return new Template(object, (filled) => expect.objectContaining(filled)) as unknown as JsonObject;
}

/** Stands where an object is expected that lacks this field. */
export function without(field: string): JsonObject {
  return expect.not.objectContaining({ [field]: expect.anything() });
}

/** Stands where a text is expected that begins so; the text is a pattern. */
export function beginning(text: string): string {
  return new Template(text, (filled) => expect.stringMatching(new RegExp(`^${filled}`))) as unknown as string;
}

export function configMap(data: Record<string, string>, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{name}', ...metadata }, data };
}

/** A ConfigMap that `?labelSelector=case%3D{name}` finds, and no other. */
export function labelled(data: Record<string, string>, name = '{name}'): JsonObject {
  return configMap(data, { name, labels: { case: '{name}' } });
}

/** The whole answer of a server that refuses; no reason or details where they are undefined. */
export function refused(code: number, reason: string | undefined, message: string, details?: JsonObject): Answer {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason !== undefined && { reason }),
    ...(details && { details }),
    code,
  };
  return { status: code, body };
}
