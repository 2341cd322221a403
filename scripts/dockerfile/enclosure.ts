import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Folders of this machine that stand for the base image, never to be written to. */
const BASE = ['usr', 'etc', 'dev', 'proc'];
const LINKS = ['bin', 'sbin', 'lib', 'lib64'];
/** Where Node and npm are, as in the image in front of all else. */
const NODE = '/opt/node';

export interface EnclosedCommand {
  words: readonly string[];
  folder: string;
  environment: Readonly<Record<string, string>>;
  /** `1000:1000`; root without it. */
  user?: string | undefined;
  /** The only folders that can be written to; all of it without them. */
  writable?: readonly string[] | undefined;
  /** Folders of this machine, by where they are to be seen. */
  mounts?: Readonly<Record<string, string>> | undefined;
}

/**
 * A root file system of its own, as a container has one: mounts and chroot, with this machine's programs and this
 * process's Node in it. The network is this machine's. Needs Linux and root.
 */
export class Enclosure {
  readonly root = mkdtempSync(join(tmpdir(), 'image-'));

  constructor() {
    // Who is not root has to get into it.
    chmodSync(this.root, 0o755);
    for (const folder of [...BASE, 'tmp', `${NODE}/bin`, `${NODE}/lib`])
      mkdirSync(this.path(folder), { recursive: true });
    for (const link of LINKS) symlinkSync(`usr/${link}`, this.path(link));
    copyFileSync(process.execPath, this.path(`${NODE}/bin/node`));
    const npm = dirname(dirname(process.env.npm_execpath ?? '/usr/lib/node_modules/npm/bin/npm-cli.js'));
    cpSync(npm, this.path(`${NODE}/lib/npm`), { recursive: true });
    writeFileSync(
      this.path(`${NODE}/bin/npm`),
      `#!/bin/sh\nexec ${NODE}/bin/node ${NODE}/lib/npm/bin/npm-cli.js "$@"\n`,
      { mode: 0o755 },
    );
  }

  /** As this machine sees it. */
  path(inside: string): string {
    return join(this.root, inside);
  }

  /** Starts a command; a signal to the process reaches the command itself. */
  start({ words, folder, environment, user, writable, mounts = {} }: EnclosedCommand): ChildProcess {
    for (const place of Object.keys(mounts)) mkdirSync(this.path(place), { recursive: true });
    const script = [
      'set -e',
      'mount --make-rprivate /',
      'mount --bind "$ROOT" "$ROOT"',
      ...BASE.map((name) => `mount --rbind /${name} "$ROOT/${name}"`),
      ...['usr', 'etc'].map((name) => `mount -o remount,bind,ro "$ROOT/${name}"`),
      ...Object.entries(mounts).map(([place, source]) => `mount --bind ${quoted(source)} "$ROOT${place}"`),
      ...(writable ?? []).map((place) => `mount --bind "$ROOT${place}" "$ROOT${place}"`),
      ...(writable === undefined ? [] : ['mount -o remount,bind,ro "$ROOT"']),
      `exec chroot ${user === undefined ? '' : `--userspec=${user} --groups= `}"$ROOT" sh -c 'cd "$0" && exec "$@"' "$@"`,
    ].join('\n');
    return spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', folder, ...words], {
      env: { ...environment, PATH: `${NODE}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`, ROOT: this.root },
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
