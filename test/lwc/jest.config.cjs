const { jestConfig } = require('@salesforce/sfdx-lwc-jest/config');

/** The components of the package, with Salesforce's own stubs of what a page gives them. */
module.exports = {
  ...jestConfig,
  roots: ['<rootDir>/test/lwc', '<rootDir>/sfdx/main/default/lwc'],
  testMatch: ['<rootDir>/test/lwc/**/*.test.js'],
  moduleNameMapper: { '^c/(.+)$': '<rootDir>/sfdx/main/default/lwc/$1/$1' },
  collectCoverageFrom: [],
};
