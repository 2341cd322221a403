import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { readDockerIgnore } from './docker-ignore.ts';
import { Enclosure } from './enclosure.ts';
import { type DockerStep, readDockerfile } from './read-dockerfile.ts';

/** What a Dockerfile makes, and how it says that it is run. */
export interface BuiltImage {
  enclosure: Enclosure;
  folder: string;
  environment: Readonly<Record<string, string>>;
  user: string;
  volumes: readonly string[];
  command: readonly string[];
  healthcheck: readonly string[];
  /** Every stage. */
  remove(): void;
}

/** What a build is told about the way out, as Docker's predefined build arguments do. */
const OF_THE_NETWORK = /^(https?_proxy|no_proxy|node_extra_ca_certs|npm_config_registry)$/i;
const NPM_CACHE = '/var/cache/npm';

interface Stage {
  name: string | undefined;
  image: BuiltImage & { environment: Record<string, string>; volumes: string[] };
  args: Record<string, string>;
}

/**
 * Does what a Dockerfile says, step by step, without Docker.
 * @param given build arguments
 * @param say told of each step
 * @throws Error where a step fails, or is one that nobody thought of
 */
export async function buildImage(
  context: string,
  given: Readonly<Record<string, string>>,
  say: (step: string) => void,
): Promise<BuiltImage> {
  const isIgnored = readDockerIgnore(readFileSync(join(context, '.dockerignore'), 'utf8'));
  const stages: Stage[] = [];
  const remove = () => {
    for (const { image } of stages) image.enclosure.remove();
  };
  try {
    for (const { name, steps } of readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
      const stage: Stage = { name, args: {}, image: newImage(remove) };
      stages.push(stage);
      for (const step of steps) {
        say(`${name ?? 'image'}: ${wordsOf(step)}`);
        if (step.kind === 'copy') copy(step, stage, { context, isIgnored, stages });
        else if (step.kind === 'run') await run(step.command, stage);
        else note(step, stage, given);
      }
    }
  } catch (error) {
    remove();
    throw error;
  }
  const last = stages.at(-1);
  if (last === undefined) throw new Error('The Dockerfile has no stage.');
  return last.image;
}

function newImage(remove: () => void): Stage['image'] {
  return {
    enclosure: new Enclosure(),
    folder: '/',
    environment: {},
    user: '0:0',
    volumes: [],
    command: [],
    healthcheck: [],
    remove,
  };
}

function note(step: DockerStep, { image, args }: Stage, given: Readonly<Record<string, string>>): void {
  switch (step.kind) {
    case 'workdir':
      image.folder = posix.resolve(image.folder, step.folder);
      mkdirSync(image.enclosure.path(image.folder), { recursive: true });
      break;
    case 'env':
      for (const [name, value] of step.values)
        image.environment[name] = value.replace(/^\$\{?(\w+)\}?$/, (_, variable: string) => args[variable] ?? '');
      break;
    case 'arg':
      args[step.name] = given[step.name] ?? step.value;
      break;
    case 'user':
      image.user = step.user;
      break;
    case 'volume':
      image.volumes.push(...step.folders);
      break;
    case 'cmd':
      image.command = step.command;
      break;
    case 'healthcheck':
      image.healthcheck = step.command;
      break;
    case 'expose':
      break;
    default:
      throw new Error(`No step of this kind was thought of: ${wordsOf(step)}`);
  }
}

/** https://docs.docker.com/reference/dockerfile/#copy: of a folder its content is copied. */
function copy(
  { from, sources, target }: Extract<DockerStep, { kind: 'copy' }>,
  { image }: Stage,
  { context, isIgnored, stages }: { context: string; isIgnored(path: string): boolean; stages: readonly Stage[] },
): void {
  const place = image.enclosure.path(posix.resolve(image.folder, target));
  const stage = stages.find(({ name }) => name === from);
  if (from !== undefined && stage === undefined) throw new Error(`No stage is called ${from}.`);
  for (const source of sources) {
    const path = from === undefined ? join(context, source) : (stage?.image.enclosure.path(source) ?? '');
    const names = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
    mkdirSync(place, { recursive: true });
    for (const one of names) {
      if (from === undefined && source === '.' && isIgnored(basename(one))) continue;
      cpSync(one, join(place, basename(one)), { recursive: true, verbatimSymlinks: true });
    }
  }
}

async function run(command: string, { image, args }: Stage): Promise<void> {
  const network = Object.entries(process.env).filter(([name]) => OF_THE_NETWORK.test(name));
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  const child = image.enclosure.start({
    words: ['sh', '-c', command],
    folder: image.folder,
    environment: {
      ...(Object.fromEntries(network) as Record<string, string>),
      ...args,
      ...image.environment,
      HOME: '/root',
      npm_config_cache: NPM_CACHE,
    },
    mounts: { [NPM_CACHE]: cache },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${said}`);
}

function wordsOf(step: DockerStep): string {
  const { kind, ...rest } = step;
  return `${kind.toUpperCase()} ${Object.values(rest).flat(2).join(' ')}`;
}
