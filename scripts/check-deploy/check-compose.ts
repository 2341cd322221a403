import { parse } from 'yaml';
import { z } from 'zod';
import { ENVIRONMENT_VARIABLES } from '../../relay/config/environment.ts';

/** What the check looks at of a service; the whole file is held to the Compose Specification by dclint. */
const COMPOSE = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string(),
      build: z.unknown().optional(),
      read_only: z.literal(true, 'must not be able to write to its own files'),
      environment: z.record(z.string(), z.string()),
      secrets: z.array(z.string()),
      security_opt: z.array(z.string()),
      stop_grace_period: z.string().optional(),
      healthcheck: z.unknown().optional(),
      ports: z.array(z.string()).optional(),
    }),
  ),
  secrets: z.record(z.string(), z.strictObject({ file: z.string().startsWith('./secrets/') })),
});

type Service = z.infer<typeof COMPOSE>['services'][string];

/** Variables whose value is a secret: the relay takes each from a file too. */
const SECRET = /(_SECRET|_KEY|_TOKEN|_WEBHOOK|PASSWORD|DATABASE_URL)$/;

/** The compose file by what it promises: each relay a store of its own, no secret in it, nothing open to the network. */
export function checkCompose(text: string): string[] {
  const read = COMPOSE.safeParse(parse(text, { merge: true }));
  if (!read.success) return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const { services, secrets } = read.data;
  const relays = Object.entries(services).filter(([, { build }]) => build !== undefined);
  const stores = relays.map(([, { environment }]) => environment.DATABASE_URL_FILE);
  return [
    ...(relays.length < 2 ? ['it does not show how several orgs are run'] : []),
    ...(new Set(stores).size < relays.length ? ['two relays have one store'] : []),
    ...Object.entries(services).flatMap(([name, service]) =>
      [...serviceFaults(service, Object.keys(secrets))].map((fault) => `${name} ${fault}`),
    ),
    ...relays.flatMap(([name, service]) => relayFaults(service).map((fault) => `${name} ${fault}`)),
  ];
}

function* serviceFaults({ environment, secrets, ports = [], security_opt }: Service, known: readonly string[]) {
  for (const name of Object.keys(environment)) if (SECRET.test(name)) yield `has a secret in ${name}`;
  for (const secret of secrets) if (!known.includes(secret)) yield `takes the secret ${secret}, which is not there`;
  for (const [name, value] of Object.entries(environment)) {
    const secret = /^\/run\/secrets\/(.*)$/.exec(value)?.[1];
    if (secret !== undefined && !secrets.includes(secret)) yield `reads ${name} from a secret that it is not given`;
  }
  for (const port of ports) if (!port.startsWith('127.0.0.1:')) yield `opens port ${port} to the network`;
  if (!security_opt.includes('no-new-privileges:true')) yield 'can get more rights than it starts with';
}

function relayFaults({ environment, stop_grace_period: grace = '10s' }: Service): string[] {
  return [
    ...Object.keys(environment)
      .filter((name) => !ENVIRONMENT_VARIABLES.includes(name.replace(/_FILE$/, '')))
      .map((name) => `sets ${name}, which the relay does not take`),
    ...(Number.parseInt(grace, 10) < 25 ? [`is killed after ${grace}, before its stop is over`] : []),
  ];
}
