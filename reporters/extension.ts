// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';

/** The extension of the checkup's own files: ".js" in the npm package, otherwise ".ts". */
export const EXTENSION = path.extname(import.meta.filename);
