import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// The walls between rooms: who may import whom. A folder's patterns are what it may NOT import.
const walls = (files, message, group) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: group.map((regex) => ({ regex, message })) }] },
});

const CLIENT = '^@kubernetes/client-node';
const RUNNER = '^@playwright/test';
const OTHER_ROOMS = '(^|/)(checks|reporters|lab|tests|scripts)/';

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
    },
  },
  {
    files: ['**/*.{js,mjs}'],
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
  // Fixtures take their dependencies by destructuring, and some have none.
  {
    files: ['fixtures/**', 'tests/**'],
    rules: { 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] },
  },
  walls(['checks/**'], 'checks/ imports only fixtures/index.ts and model/', [
    '^\\.\\./(?!fixtures/index\\.ts$|model/)',
    '^[^.]',
  ]),
  walls(
    ['fixtures/**'],
    'fixtures/ imports only fixtures/ and model/; only index.ts, stage.ts and *.fixture.ts import @playwright/test; only fixtures/cluster/ imports @kubernetes/client-node',
    [OTHER_ROOMS, RUNNER, CLIENT],
  ),
  walls(
    ['fixtures/index.ts', 'fixtures/stage.ts', 'fixtures/**/*.fixture.ts'],
    'fixtures/ imports only fixtures/ and model/; only fixtures/cluster/ imports @kubernetes/client-node',
    [OTHER_ROOMS, CLIENT],
  ),
  walls(['fixtures/cluster/!(*.fixture).ts'], 'fixtures/cluster/ talks to the API server and knows no runner', [
    OTHER_ROOMS,
    RUNNER,
  ]),
  walls(['reporters/**'], 'reporters/ imports only model/, fixtures/cluster/ and fixtures/input/', [
    '^\\.\\./(?!model/|fixtures/cluster/|fixtures/input/)',
    CLIENT,
  ]),
  walls(['model/**'], 'model/ imports nothing but itself', ['^\\.\\./', '^[^.]']),
  walls(['lab/**'], 'lab/ stands in for the outside world: it imports nothing of the product', [
    '(^|/)(checks|fixtures|model|reporters|scripts|tests)/',
    RUNNER,
    CLIENT,
  ]),
);
