import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Nothing here draws unseeded numbers: runs are reproducible to the bit. */
const noUnseededRandom = {
  'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Pass a Random in.' }],
};

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', 'checkpoints/', 'quickstart/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...noUnseededRandom,
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'packages/*/src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'console', message: 'The library is silent: report through events.' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name=/^(exit|argv)$/]",
          message: 'Only bin/ may.',
        },
      ],
    },
  },
  {
    files: ['{src,bin,bench}/**/*.ts', 'packages/*/{src,bench}/**/*.ts', 'scripts/*.mjs'],
    // Their signatures are those of TensorFlow's C library and of WebGPU.
    ignores: ['src/engine/tensorflow/library/functions.ts', 'src/engine/webgpu/recording.ts'],
    rules: { 'max-params': ['error', { max: 3 }] },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', performance: 'readonly' },
    },
  },
);
