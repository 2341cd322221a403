import { BlockList, isIP } from 'node:net';

/** Whether an address is within one of some networks. */
export type Networks = (address: string) => boolean;

/**
 * Reads networks and addresses, `203.0.113.0/24, 2001:db8::/32, 198.51.100.7`.
 * @returns undefined where one is none
 */
export function parseNetworks(text: string): Networks | undefined {
  const list = new BlockList();
  const names = listed(text);
  if (names.length === 0 || !names.every((name) => add(list, name))) return undefined;
  // An IPv4 address may come in the form of IPv6, which BlockList knows: https://nodejs.org/api/net.html#blocklistcheckaddress-type
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** The parts of a list with commas. */
export function listed(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function add(list: BlockList, name: string): boolean {
  const [address = '', prefix, ...rest] = name.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined) {
    list.addAddress(address, type);
    return true;
  }
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 6 ? 128 : 32)) return false;
  list.addSubnet(address, Number(prefix), type);
  return true;
}
