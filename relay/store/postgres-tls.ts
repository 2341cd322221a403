import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, checkServerIdentity, rootCertificates } from 'node:tls';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * TLS for which the server has to prove who it is: by a certificate for its name from an authority that all trust or
 * that is given, or by showing one of the given certificates itself. In that case its name does not matter, since nobody
 * else has its key: hosted databases have self-signed ones for an inner name of theirs.
 * @param given PEM, one certificate or several
 */
export function serverIsProven(given: string | undefined): ConnectionOptions {
  if (given === undefined) return {};
  const certificates = given.match(CERTIFICATE) ?? [];
  const known = new Set(certificates.map((pem) => new X509Certificate(pem).fingerprint256));
  return {
    ca: [...rootCertificates, ...certificates],
    // A given certificate ends the chain, also where another one signed it.
    allowPartialTrustChain: true,
    checkServerIdentity: (host, shown) =>
      known.has(shown.fingerprint256) ? undefined : checkServerIdentity(host, shown),
  };
}
