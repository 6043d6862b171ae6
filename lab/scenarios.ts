// SPDX-License-Identifier: Apache-2.0
/** Entry module: the named faults of the lab. */
export { DIAGNOSIS_SCENARIOS } from './faults/diagnosis-scenarios.ts';
export { MIGRATION_SCENARIOS } from './faults/migration-scenarios.ts';
export { randomFaults } from './faults/random-faults.ts';
export { ALL_SCENARIOS, optionsOf, parametersOf, SCENARIOS, type Scenario } from './faults/scenarios.ts';
export { VMI_SCENARIOS } from './faults/vmi-scenarios.ts';
export { migrateVmi } from './faults/live-migration.ts';
