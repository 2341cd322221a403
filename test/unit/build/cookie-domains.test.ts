import { getDomain } from '../../../scripts/build/in-place-of/tldts.ts';

/** As https://publicsuffix.org/list/ has them. */
test.each([
  ['acme.my.salesforce.com', 'salesforce.com'],
  ['acme--dev.sandbox.my.salesforce.com', 'salesforce.com'],
  ['acme.my.salesforce.mil', 'salesforce.mil'],
  ['acme.my.sfcrmproducts.cn', 'sfcrmproducts.cn'],
  ['salesforce.com', 'salesforce.com'],
  ['com', null],
  ['localhost', null],
  ['127.0.0.1', null],
  ['::1', null],
])('a cookie that the built relay gets from %s may be for %s and what is below it', (host, domain) => {
  expect(getDomain(host)).toBe(domain);
});
