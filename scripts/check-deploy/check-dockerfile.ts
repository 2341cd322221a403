import { validate } from 'dockerfile-utils';
import { readDockerIgnore } from '../dockerfile/docker-ignore.ts';
import { type DockerStage, type DockerStep, readDockerfile } from '../dockerfile/read-dockerfile.ts';

/** Digest-less on purpose: who builds gets the fixes of the base image. */
const BASE = 'node:24-slim';
/** Must never be in an image, whatever else is copied. */
const NEVER_IN = ['.env', '.git', 'node_modules', 'secrets', 'data'];

export interface DockerFiles {
  dockerfile: string;
  dockerIgnore: string;
  /** The first line of the command, which starts itself with the right flags. */
  shebang: string;
  /** Whether there is such a file or folder in the repository. */
  exists: (path: string) => boolean;
}

type StepOf<K extends DockerStep['kind']> = Extract<DockerStep, { kind: K }>;

/** The Dockerfile by a linter, and by what this product promises of its image. */
export function checkDockerfile({ dockerfile, dockerIgnore, shebang, exists }: DockerFiles): string[] {
  const linted = validate(dockerfile).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
  const stages = readDockerfile(dockerfile);
  const isIgnored = readDockerIgnore(dockerIgnore);
  return [
    ...linted,
    ...stages.filter(({ image }) => image !== BASE).map(({ image }) => `a stage is built on ${image}, not on ${BASE}`),
    ...NEVER_IN.filter((name) => !isIgnored(name)).map((name) => `.dockerignore lets ${name} in`),
    ...stages.flatMap(({ steps }) => copyFaults(steps, stages, { exists, isIgnored })),
    ...installFaults(stages),
    ...lastStageFaults(stages.at(-1), shebang),
  ];
}

function copyFaults(
  steps: readonly DockerStep[],
  stages: readonly DockerStage[],
  { exists, isIgnored }: { exists(path: string): boolean; isIgnored(path: string): boolean },
): string[] {
  return all('copy', steps).flatMap(({ from, sources }) => {
    if (from !== undefined) return stages.some(({ name }) => name === from) ? [] : [`no stage is called ${from}`];
    return sources
      .filter((source) => source !== '.' && (!exists(source) || isIgnored(source)))
      .map((source) => `${source} is copied, but is not there for the build`);
  });
}

function installFaults(stages: readonly DockerStage[]): string[] {
  const commands = stages.flatMap(({ steps }) => all('run', steps)).map(({ command }) => command);
  return commands.filter((command) => /npm (i|install)\b/.test(command)).map((command) => `${command}: use npm ci`);
}

function lastStageFaults(stage: DockerStage | undefined, shebang: string): string[] {
  if (stage === undefined) return ['there is no stage'];
  const { steps } = stage;
  const faults: string[] = [];
  const demand = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
  };
  const env = new Map(all('env', steps).flatMap(({ values }) => [...values]));
  const [userPlace, user] = [steps.findIndex(({ kind }) => kind === 'user'), all('user', steps).at(-1)?.user ?? 'root'];
  demand(/^[1-9]\d*(:[1-9]\d*)?$/.test(user), `it runs as ${user}, not as a user with a number of its own`);
  demand(steps.findLastIndex(({ kind }) => kind === 'run') < userPlace, 'a RUN comes after USER');
  demand(!all('copy', steps).some(({ from, sources }) => from === undefined && sources.includes('.')), 'it has all');
  demand(
    !all('copy', steps).some(({ sources }) => sources.some((source) => source.includes('node_modules'))),
    'what is installed for the build gets into the image',
  );
  demand(
    !steps.some((step) => step.kind === 'other'),
    `it has ${steps.flatMap((step) => (step.kind === 'other' ? step.keyword : [])).join(', ')}, of which nobody thought`,
  );
  const healthcheck = all('healthcheck', steps).at(-1)?.command ?? [];
  demand(healthcheck[0] === 'node', 'its health check is not made with what the image has');
  const command = all('cmd', steps).at(-1)?.command ?? [];
  const { flags, variables } = startOf(shebang);
  demand(command[0] === 'node' && command.at(-1) === 'run', 'it does not start with node … run, in exec form');
  for (const flag of flags) demand(command.includes(flag), `it starts without ${flag}`);
  for (const [name, value] of variables) demand(env.get(name) === value, `it starts without ${name}=${value}`);
  demand(env.get('HOST') === '0.0.0.0', 'its health page can’t be reached from outside');
  const dataDir = env.get('RELAY_DATA_DIR') ?? '';
  demand(
    all('volume', steps).some(({ folders }) => folders.includes(dataDir)),
    'its store is in no volume',
  );
  return faults;
}

/** `#!/usr/bin/env -S NAME=value node --flag` */
export function startOf(shebang: string): { flags: string[]; variables: [string, string][] } {
  const words = shebang.split(' ');
  return {
    flags: words.filter((word) => word.startsWith('--')),
    variables: words.flatMap((word): [string, string][] => {
      const end = word.indexOf('=');
      return end < 0 || word.startsWith('-') ? [] : [[word.slice(0, end), word.slice(end + 1)]];
    }),
  };
}

function all<K extends DockerStep['kind']>(kind: K, steps: readonly DockerStep[]): StepOf<K>[] {
  return steps.filter((step): step is StepOf<K> => step.kind === kind);
}
