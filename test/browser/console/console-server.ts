import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { ApiError } from '../../../relay/server/console/contract.ts';
import { type ConsoleWorld, createConsoleWorld, type WorldOptions } from './console-world.ts';
import { sampleConversions, sampleHistory, sampleMapping, samplePreview } from './sample-figures.ts';

/** What `npm run build:console` makes. */
export const BUILT_PAGE = join(import.meta.dirname, '../../../dist/console');

/** What the login takes. */
export const TOKEN = 'token-of-the-samples';
const COOKIE = 'console=in';

/** The page may load nothing but files and answers from where it came. */
const POLICY = [
  "default-src 'none'",
  ...['script', 'style', 'img', 'font', 'connect'].map((kind) => `${kind}-src 'self'`),
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The built page, with a stand-in for the relay that answers from samples, and can be made to fail. */
export interface ConsoleServer {
  url: string;
  world: ConsoleWorld;
  /** Tells every open page what is new. */
  tell(): void;
  /** From now on this path is answered so; undefined heals it. */
  refuse(path: string, error: (ApiError & { status: number }) | undefined): void;
  /** Holds the answers to this path back. The returned function lets them go. */
  hold(path: string): () => void;
  /** Nobody’s cookie is taken any more. */
  expire(): void;
  /** Every stream breaks, and none can be opened; nor does the relay answer else. */
  goAway(): void;
  comeBack(): void;
  close(): Promise<void>;
}

export interface ConsoleServerOptions extends WorldOptions {
  /** The folder with the built page. */
  page: string;
  /** 0 picks a free one. */
  port?: number;
}

export async function startConsoleServer(seed: string, options: ConsoleServerOptions): Promise<ConsoleServer> {
  const world = createConsoleWorld(seed, options);
  const streams = new Set<Response>();
  const refused = new Map<string, ApiError & { status: number }>();
  const held = new Map<string, Promise<void>>();
  let isAway = false;
  let isExpired = false;

  const guard = async (request: Request, response: Response, next: NextFunction) => {
    await held.get(request.path);
    const error = refused.get(request.path);
    if (isAway) request.socket.destroy();
    else if (error !== undefined) response.status(error.status).json(error);
    else if (request.path !== '/api/login' && (isExpired || request.headers.cookie !== COOKIE))
      response.status(401).json({ code: 'NOT_LOGGED_IN', message: 'Nobody is logged in.', next: 'Log in.' });
    else next();
  };

  const app = express();
  app.use((_request, response, next) => {
    response.set({ 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' });
    next();
  });
  app.use('/console', express.static(options.page));
  app.use((request, response, next) => void guard(request, response, next));
  app.use(express.json());
  app.post('/api/login', ({ body }, response) => {
    if (body.token !== TOKEN)
      return void response.status(401).json({
        code: 'TOKEN_WRONG',
        message: 'This is not the admin token.',
        next: 'Copy the value of RELAY_ADMIN_TOKEN anew.',
      });
    isExpired = false;
    response.set('set-cookie', `${COOKIE}; HttpOnly; SameSite=Strict; Path=/`).status(204).end();
  });
  app.post('/api/logout', (_request, response) => {
    response.set('set-cookie', 'console=; Max-Age=0; Path=/').status(204).end();
  });
  app.get('/api/live', (_request, response) => {
    response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
    streams.add(response);
    response.on('close', () => streams.delete(response));
    send(response, world);
  });
  mountAnswers(app, world, tell);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));

  function tell() {
    for (const stream of streams) send(stream, world);
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    tell,
    refuse(path, error) {
      if (error === undefined) refused.delete(path);
      else refused.set(path, error);
    },
    hold(path) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(path, promise);
      return () => {
        held.delete(path);
        resolve();
      };
    },
    expire: () => {
      isExpired = true;
    },
    goAway() {
      isAway = true;
      for (const stream of streams) stream.destroy();
    },
    comeBack: () => {
      isAway = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(stream: Response, world: ConsoleWorld): void {
  stream.write(`event: overview\ndata: ${JSON.stringify(world.overview())}\n\n`);
}

function mountAnswers(app: express.Express, world: ConsoleWorld, tell: () => void): void {
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  app.get('/api/overview', (_request, response) => void response.json(world.overview()));
  app.get('/api/history', ({ query }, response) => {
    const history = sampleHistory(world.seed, Number(query.hours));
    response.json(world.mood === 'new' ? { ...history, points: [] } : history);
  });
  app.get('/api/failures', ({ query }, response) => {
    response.json(world.failures(text(query.reason), text(query.after)));
  });
  app.post('/api/failures/retry', ({ body }, response) => {
    response.json({ retried: world.retry(body) });
    tell();
  });
  app.get('/api/search', ({ query }, response) => {
    response.json({ records: world.search(text(query.q) ?? '') });
  });
  app.get('/api/records/:id', ({ params }, response) => {
    const story = world.story(params.id);
    if (story !== undefined) return void response.json(story);
    response.status(404).json({
      code: 'RECORD_UNKNOWN',
      message: 'The relay does not know this record.',
      next: 'Look whether the id is right.',
    });
  });
  app.get('/api/mapping', (_request, response) => void response.json(sampleMapping(world.mood)));
  app.post('/api/preview', ({ body }, response) => void response.json({ records: samplePreview(body.recordIds) }));
  app.get('/api/conversions', ({ query }, response) => {
    response.json(sampleConversions(world.mood, Number(query.days)));
  });
}
