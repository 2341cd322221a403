import { parentPort, workerData } from 'node:worker_threads';
import { allPairs, playCells } from './matrix.ts';

/** One of the threads that play the matrix: the cells with these places in the list of all. */
const { places, parallel } = workerData as { places: readonly number[]; parallel: number };
const { cells } = allPairs();
const own = places.flatMap((place) => cells[place] ?? []);
await playCells(own, parallel, (result) => parentPort?.postMessage(result));
