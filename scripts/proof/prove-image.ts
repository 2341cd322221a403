import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readdirSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld, type World } from '../../test/emulators/world.ts';
import { type BuiltImage, buildImage } from '../dockerfile/build-image.ts';

export interface ImageProof {
  /** Of what the Dockerfile adds to its base image. */
  megabytes: number;
  user: string;
  /** What is not as it must be, a sentence each. */
  problems: string[];
}

const ADMIN_TOKEN = 'an-admin-token-of-the-proof';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
/** What only a build needs, or nobody may have. */
const NEVER_IN = ['.env', '.git', 'test', 'sfdx', 'node_modules', 'relay'];
const READY_MS = 60_000;

/** @throws Error where a step of the Dockerfile fails, or this is no machine on which it can be done */
export async function proveImage(say: (line: string) => void): Promise<ImageProof> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('This needs Linux and root: it mounts a root file system of its own.');
  const image = await buildImage(join(import.meta.dirname, '../..'), { RELAY_COMMIT: COMMIT }, say);
  const world = await startWorld();
  const problems: string[] = [];
  try {
    problems.push(
      ...NEVER_IN.filter((name) => existsSync(inside(image, name))).map((name) => `${name} is in the image.`),
    );
    await watchAtWork(image, world, { problems, say });
    return { megabytes: megabytesOf(image), user: image.user, problems };
  } finally {
    await world.close();
    image.remove();
  }
}

/** As a container runs it: the image's command, user and environment, and nothing that can be written to but its volume. */
async function watchAtWork(
  image: BuiltImage,
  world: World,
  { problems, say }: { problems: string[]; say(line: string): void },
): Promise<void> {
  const demand = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  const port = await freePort();
  const environment = {
    ...image.environment,
    ...world.environment,
    PORT: String(port),
    RELAY_ADMIN_TOKEN: ADMIN_TOKEN,
  };
  const start = (words: readonly string[]) =>
    image.enclosure.start({ words, folder: image.folder, environment, user: image.user, writable: image.volumes });
  const exit = async (words: readonly string[]) => {
    const child = start(words);
    drain(child);
    return (await once(child, 'close'))[0] as number | null;
  };
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
    return { status: response.status, body: await response.text() };
  };

  demand((await exit(['touch', '/app/written'])) !== 0, 'The root file system can be written to.');
  demand((await exit(['touch', '/data/written'])) === 0, 'The volume can’t be written to.');
  demand((await exit(image.healthcheck)) === 1, 'The health check is content though no relay runs.');
  say(`The relay starts: ${image.command.join(' ')}`);
  const relay = start(image.command);
  const said = drain(relay);
  const isOver = once(relay, 'close').then(([code]) => code as number | null);
  try {
    await Promise.race([
      until(() => ask('/readyz').then(({ status }) => status === 200)),
      isOver.then((code) => Promise.reject(new Error(`The relay ended with ${code}:\n${said()}`))),
    ]);
    say('/readyz answers 200.');
    const { body } = await ask('/healthz');
    demand(body.includes(`"commit":"${COMMIT}"`), `/healthz does not tell the commit: ${body}`);
    demand((await ask('/console/')).status === 200, 'The page of the console is not in the image.');
    demand((await exit(image.healthcheck)) === 0, 'The health check is not content though the relay runs.');
    const { id = '' } = world.org.create('Lead', { LastName: 'Okafor', Company: 'Acme' }, world.seller);
    await until(async () => world.org.peek('Lead', String(id))?.OneSignal_Sync_Status__c === 'Synced');
    say('A lead is Synced.');
    const [uid] = image.user.split(':').map(Number);
    const stores = readdirSync(image.enclosure.path('/data')).filter((name) => name !== 'written');
    demand(stores.length > 0, 'The store is not in the volume.');
    demand(
      stores.every((name) => statSync(image.enclosure.path(`/data/${name}`)).uid === uid),
      'The store is somebody else’s than the image’s user’s.',
    );
  } finally {
    relay.kill('SIGTERM');
  }
  const code = await isOver;
  demand(code === 0, `The relay ended with ${code} when it was told to stop.`);
  say(`The relay stopped, with ${code}.`);
}

function inside(image: BuiltImage, name: string): string {
  return image.enclosure.path(join(image.folder, name));
}

function megabytesOf(image: BuiltImage): number {
  const files = globSync('**', { cwd: image.enclosure.path(image.folder), withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return Math.round(bytes / 1024 / 1024);
}

/** Takes what the process says off its pipes. @returns what that is so far */
function drain(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (said += text));
  return () => said;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`Waited ${READY_MS / 1000} s in vain.`);
    await sleep(100);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
