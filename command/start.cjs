#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** The command of the npm package. CommonJS and no newer syntax: an older Node must be able to print that it is too old. */
var wanted = require('../package.json').engines.node.replace('>=', '');

if (process.versions.node.localeCompare(wanted, 'en', { numeric: true }) < 0) {
  console.error('kubevirt-vm-latency: Node ' + process.versions.node + ' is too old: expected ' + wanted + ' or later');
  process.exit(1);
}
var script = process.argv[2] === 'report' ? './report.js' : './checkup.js';
if (script === './report.js') process.argv.splice(2, 1);
import(script);
