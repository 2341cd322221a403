import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The bundler writes it above what it made of a module. */
const MODULE = /^\/\/ (?<path>(?:relay|node_modules)\/.+)$/;

interface Module {
  /** Where its code begins, from 0. */
  line: number;
  path: string;
}

/** From which source a place in the built code comes, below the project's folder; of other code the address itself. */
export type SourceOf = (url: string, line: number) => string;

/** Reads each built file once. */
export function sourcesOfBuiltCode(): SourceOf {
  const files = new Map<string, Module[]>();
  return (url, line) => {
    if (!url.startsWith('file:') || !url.includes('/dist/relay/')) return url;
    const modules = files.get(url) ?? modulesIn(readFileSync(fileURLToPath(url), 'utf8'));
    files.set(url, modules);
    return modules.findLast((module) => module.line <= line)?.path ?? 'relay';
  };
}

function modulesIn(code: string): Module[] {
  return code.split('\n').flatMap((text, line) => {
    const path = MODULE.exec(text)?.groups?.path;
    return path === undefined ? [] : [{ line, path }];
  });
}
