import type { Browser } from 'playwright-core';
import { type BuiltPage, buildConsole } from './built-page.ts';
import { type ConsoleServer, startConsoleServer } from './console-server.ts';
import type { WorldOptions } from './console-world.ts';
import { type Looks, logIn, type OpenConsole, openConsole, startBrowser } from './open-console.ts';

/** A browser and a built page for the tests of a file; each test opens what it needs, and all is closed after it. */
export interface ConsoleScene {
  /** The login page. */
  arrive(options?: WorldOptions, looks?: Looks, hash?: string): Promise<Visit>;
  /** Logged in, and live. */
  visit(options?: WorldOptions, looks?: Looks, hash?: string): Promise<Visit>;
  /** @returns what the browsers complained of */
  leave(): Promise<string[]>;
  close(): Promise<void>;
}

export type Visit = OpenConsole & { server: ConsoleServer };

export async function setScene(): Promise<ConsoleScene> {
  const built: BuiltPage = await buildConsole();
  const browser: Browser = await startBrowser();
  const visits: Visit[] = [];

  const arrive = async (options: WorldOptions = {}, looks: Looks = {}, hash = '#/') => {
    const server = await startConsoleServer('console', { ...options, page: built.folder });
    const visit = { ...(await openConsole(browser, server, looks, hash)), server };
    visits.push(visit);
    return visit;
  };

  return {
    arrive,
    async visit(options, looks, hash) {
      const visit = await arrive(options, looks, hash);
      await logIn(visit.page);
      await visit.page.locator('.live-live').waitFor();
      return visit;
    },
    async leave() {
      const left = visits.splice(0);
      for (const { close, server } of left) {
        await close();
        await server.close();
      }
      return left.flatMap(({ complaints }) => complaints);
    },
    async close() {
      await browser.close();
      await built.remove();
    },
  };
}
