import cluster from 'node:cluster';
import type { Settings } from '../../settings/read.js';
import type { Invocation } from '../command.js';
import { type LeadOptions, lead } from './primary.js';
import { work } from './worker.js';

/** One command, several processes: this file is loaded only where there is more than one. */
export const startWorkers = (invocation: Invocation, settings: Settings, options: LeadOptions): Promise<number> =>
  cluster.isWorker ? work(invocation, settings) : lead(invocation, settings, options);
