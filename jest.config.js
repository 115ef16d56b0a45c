/** Tests run as compiled JavaScript, so that worker threads load the same files that users run. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/dist/test/**/*.test.js', '<rootDir>/packages/*/dist/test/**/*.test.js'],
  transform: {},
  testTimeout: 60_000,
};
