// SPDX-License-Identifier: Apache-2.0
/** Entry module: starts a lab. */
export { createCredentials } from './api/credentials.ts';
export type { Fault } from './api/faults.ts';
export type { ServedRequest } from './api/server.ts';
export type { Lab, LabOptions } from './cluster/interface.ts';
export { startLab } from './cluster/start-lab.ts';
export type { LocalImage } from './nodes/pod-command.ts';
export type { SerialListener } from './nodes/virt-handler.ts';
export { attributesOf } from './rbac/attributes.ts';
