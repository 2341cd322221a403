import { z } from 'zod';
import { ENVIRONMENT_VARIABLES } from '../../relay/config/environment.ts';
import { startOf } from './check-dockerfile.ts';

/** https://devcenter.heroku.com/articles/app-json-schema */
const APP = z.strictObject({
  name: z.string().min(3).max(300),
  description: z.string(),
  keywords: z.array(z.string()),
  stack: z.enum(['heroku-22', 'heroku-24', 'container']),
  buildpacks: z.array(z.strictObject({ url: z.string() })),
  formation: z.record(z.string(), z.strictObject({ quantity: z.number().int().min(0), size: z.string() })),
  addons: z.array(z.strictObject({ plan: z.string().regex(/^[a-z-]+:[a-z0-9-]+$/), as: z.string().optional() })),
  env: z.record(
    z.string(),
    z.strictObject({
      description: z.string().min(1),
      value: z.string().optional(),
      required: z.boolean().optional(),
      generator: z.literal('secret').optional(),
    }),
  ),
});

/** An Eco dyno sleeps, and with it the subscription: https://devcenter.heroku.com/articles/eco-dyno-hours */
const SLEEPING_SIZES = new Set(['eco', 'free']);

/** `app.json` by Heroku's schema and by the variables that the relay takes, and the Procfile by how the relay starts. */
export function checkHeroku(app: string, procfile: string, shebang: string): string[] {
  const read = APP.safeParse(JSON.parse(app));
  if (!read.success) return read.error.issues.map(({ path, message }) => `app.json ${path.join('.')}: ${message}`);
  const { env, formation } = read.data;
  const processes = new Map(
    procfile
      .trim()
      .split('\n')
      .map((line): [string, string] => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );
  const web = processes.get('web') ?? '';
  const { flags, variables } = startOf(shebang);
  return [
    ...Object.keys(env)
      .filter((name) => !ENVIRONMENT_VARIABLES.includes(name))
      .map((name) => `app.json sets ${name}, which the relay does not take`),
    ...Object.keys(formation)
      .filter((name) => !processes.has(name))
      .map((name) => `app.json runs ${name}, which the Procfile does not have`),
    ...Object.entries(formation)
      .filter(([, { size }]) => SLEEPING_SIZES.has(size))
      .map(([name]) => `app.json: ${name} would sleep`),
    ...[...flags, ...variables.map((pair) => pair.join('=')), 'HOST=0.0.0.0', 'dist/relay/cli/main.js run']
      .filter((part) => !web.includes(part))
      .map((part) => `the Procfile starts web without ${part}`),
  ];
}
