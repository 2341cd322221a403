import { type Copy, DockerfileParser, type Env, type From, type Instruction } from 'dockerfile-ast';

/** One line of a Dockerfile, in what it means. */
export type DockerStep =
  | { kind: 'run'; command: string }
  | { kind: 'copy'; from: string | undefined; sources: readonly string[]; target: string }
  | { kind: 'workdir'; folder: string }
  | { kind: 'env'; values: readonly (readonly [string, string])[] }
  | { kind: 'arg'; name: string; value: string }
  | { kind: 'user'; user: string }
  | { kind: 'volume'; folders: readonly string[] }
  | { kind: 'expose'; port: string }
  | { kind: 'healthcheck'; command: readonly string[] }
  | { kind: 'cmd'; command: readonly string[] }
  | { kind: 'other'; keyword: string };

export interface DockerStage {
  image: string;
  name: string | undefined;
  steps: readonly DockerStep[];
}

/** The stages of a Dockerfile. Commands in exec form only have words; in shell form they have none. */
export function readDockerfile(text: string): DockerStage[] {
  const stages: { image: string; name: string | undefined; steps: DockerStep[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const from = instruction as From;
      stages.push({ image: from.getImage() ?? '', name: from.getBuildStage() ?? undefined, steps: [] });
    } else stages.at(-1)?.steps.push(stepOf(instruction));
  }
  return stages;
}

function stepOf(instruction: Instruction): DockerStep {
  const keyword = instruction.getKeyword();
  const words = instruction.getArguments().map((argument) => argument.getValue());
  const [first = ''] = words;
  switch (keyword) {
    case 'RUN':
      return { kind: 'run', command: instruction.getRawArgumentsContent() ?? '' };
    case 'COPY':
      return copyStep(instruction as Copy, words);
    case 'WORKDIR':
      return { kind: 'workdir', folder: first };
    case 'ENV':
      return {
        kind: 'env',
        values: (instruction as Env).getProperties().map((property) => [property.getName(), property.getValue() ?? '']),
      };
    case 'ARG': {
      const [name = '', value = ''] = first.split('=');
      return { kind: 'arg', name, value: value.replaceAll('"', '') };
    }
    case 'USER':
      return { kind: 'user', user: first };
    case 'VOLUME':
      return { kind: 'volume', folders: words };
    case 'EXPOSE':
      return { kind: 'expose', port: first };
    case 'HEALTHCHECK':
    case 'CMD':
      return { kind: keyword === 'CMD' ? 'cmd' : 'healthcheck', command: execForm(instruction) };
    default:
      return { kind: 'other', keyword };
  }
}

function copyStep(copy: Copy, words: readonly string[]): DockerStep {
  const flag = copy.getFlags().find((one) => one.getName() === 'from');
  return { kind: 'copy', from: flag?.getValue() ?? undefined, sources: words.slice(0, -1), target: words.at(-1) ?? '' };
}

/** `CMD ["node", "main.js"]`, also behind HEALTHCHECK and its flags. */
function execForm(instruction: Instruction): string[] {
  const list = /\[[^\]]*\]$/.exec(instruction.getRawArgumentsContent() ?? '')?.[0];
  return list === undefined ? [] : (JSON.parse(list) as string[]);
}
