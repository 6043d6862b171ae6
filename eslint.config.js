// SPDX-License-Identifier: Apache-2.0
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// Import boundaries: what the files of a folder must NOT import.
const boundary = (files, message, group) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: group.map((regex) => ({ regex, message })) }] },
});

const CLIENT = '^@kubernetes/client-node';
const RUNNER = '^@playwright/test';
const folders = (...names) => `(^|/)(${names.join('|')})/`;
const PRODUCT = ['checks', 'fixtures', 'model', 'reporters', 'command', 'image'];
const OUTSIDE_FIXTURES = folders('checks', 'reporters', 'command', 'image', 'lab', 'tests', 'scripts');

export default tseslint.config(
  { ignores: ['node_modules/', 'artifacts/', '.cache/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(ObjectExpression > SpreadElement > ObjectExpression, ArrayExpression > SpreadElement > ArrayExpression)',
          message: 'Write the members without a spread: the formatter decides the layout.',
        },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        setInterval: 'readonly',
        clearInterval: 'readonly',
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
      },
    },
  },
  // Runs in the reader's browser.
  {
    files: ['reporters/views/page/*.js'],
    languageOptions: { globals: { document: 'readonly', navigator: 'readonly', setTimeout: 'readonly' } },
  },
  // Fixtures take their dependencies by destructuring, and some have none.
  {
    files: ['fixtures/**', 'tests/**', 'lab/tests/**'],
    rules: { 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] },
  },
  boundary(['checks/**'], 'checks/ imports only fixtures/index.ts and model/', [
    '^\\.\\./(?!fixtures/index\\.ts$|model/)',
    '^[^.]',
  ]),
  boundary(
    ['fixtures/**'],
    'fixtures/ imports only fixtures/ and model/; only index.ts, stage.ts and *.fixture.ts import @playwright/test; only fixtures/cluster/ imports @kubernetes/client-node',
    [OUTSIDE_FIXTURES, RUNNER, CLIENT],
  ),
  boundary(
    ['fixtures/index.ts', 'fixtures/stage.ts', 'fixtures/**/*.fixture.ts'],
    'fixtures/ imports only fixtures/ and model/; only fixtures/cluster/ imports @kubernetes/client-node',
    [OUTSIDE_FIXTURES, CLIENT],
  ),
  boundary(['fixtures/cluster/!(*.fixture).ts'], 'fixtures/cluster/ talks to the API server and knows no runner', [
    OUTSIDE_FIXTURES,
    RUNNER,
  ]),
  boundary(['reporters/**'], 'reporters/ imports only model/, fixtures/cluster/ and fixtures/input/', [
    folders('checks', 'command', 'image', 'lab', 'tests', 'scripts'),
    '(^|/)fixtures/(?!cluster/|input/)',
    CLIENT,
  ]),
  boundary(['command/**'], 'command/ imports only model/, fixtures/ and reporters/, and no API client', [
    folders('checks', 'image', 'lab', 'tests', 'scripts'),
    CLIENT,
  ]),
  boundary(['image/**'], 'image/ imports only model/', [
    folders('checks', 'fixtures', 'reporters', 'command', 'lab', 'tests', 'scripts'),
    CLIENT,
  ]),
  boundary(['model/*.ts'], 'model/ imports only itself and valibot', ['^\\.\\./', '^(?!valibot$)[^.]']),
  boundary(['model/*/**'], 'model/ imports only itself and valibot', ['^\\.\\./\\.\\./', '^(?!valibot$)[^.]']),
  boundary(['lab/**'], 'lab/ imports nothing of the product and no test', [
    folders(...PRODUCT, 'scripts', 'tests'),
    RUNNER,
    CLIENT,
  ]),
  boundary(['lab/tests/**'], 'the tests of lab/ import nothing of the product or of its tests', [
    folders(...PRODUCT),
    '(^|/)tests/(?!support/kubectl\\.ts$)',
  ]),
  boundary(['tests/**', 'scripts/**'], 'only the entry modules of lab/ are imported', [
    '(^|/)lab/(?!(lab|main|network|objects|scenarios)\\.ts$)',
  ]),
);
