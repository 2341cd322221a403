import { BUILT_PAGE, startConsoleServer, TOKEN } from '../../test/browser/console/console-server.ts';

/* The console over samples, to work on the page without an org: `npm run build:console` builds what it shows. */
const server = await startConsoleServer('try', { page: BUILT_PAGE, port: Number(process.env.PORT ?? 8090) });
setInterval(() => {
  server.world.settle();
  server.tell();
}, 3_000);
console.log(`${server.url}/console/ (token: ${TOKEN})`);
