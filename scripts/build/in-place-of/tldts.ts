// faye's cookies ask which part of a host anybody may register, so that no site sets a cookie for all of `.com`. The package
// knows every such part on earth, a megabyte of them; the relay's stream talks to one Salesforce instance, and there it is
// the last two labels.
export function getDomain(host: string): string | null {
  const labels = host.split('.');
  const isAddress = host.includes(':') || /^\d+$/.test(labels.at(-1) ?? '');
  return isAddress || labels.length < 2 ? null : labels.slice(-2).join('.');
}
