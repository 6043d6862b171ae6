// SPDX-License-Identifier: Apache-2.0
/** Objects to send, and expected responses. */
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

/** Matches any text. */
export function matching(pattern: RegExp): string {
  return expect.stringMatching(pattern) as unknown as string;
}

/** Matches a list that contains these items, in any order. */
export function having(...items: unknown[]): JsonObject[] {
  return new Template(items, (filled) => expect.arrayContaining(filled)) as unknown as JsonObject[];
}

/** Matches an object that contains these fields. */
export function part(object: Record<string, unknown>): JsonObject {
  return new Template(object, (filled) => expect.objectContaining(filled)) as unknown as JsonObject;
}

/** Matches an object without this field. */
export function without(field: string): JsonObject {
  return expect.not.objectContaining({ [field]: expect.anything() });
}

/** Matches a text that starts with a pattern. */
export function beginning(text: string): string {
  return new Template(text, (filled) => expect.stringMatching(new RegExp(`^${filled}`))) as unknown as string;
}

export function configMap(data: Record<string, string>, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{name}', ...metadata }, data };
}

/** A ConfigMap with a unique label: `?labelSelector=case%3D{name}` finds only it. */
export function labelled(data: Record<string, string>, name = '{name}'): JsonObject {
  return configMap(data, { name, labels: { case: '{name}' } });
}

/** Returns the whole response of a refusal, without reason or details if they are undefined. */
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
