// The folders of the benchmarks, and the cores of the servers and of the load.
import { join, resolve } from 'node:path';

export const benchDir = resolve(import.meta.dirname, '..');
export const repositoryRoot = resolve(benchDir, '..');
export const resultsDir = join(benchDir, 'results');
export const profilesDir = join(resultsDir, 'profiles');
export const historyDir = join(benchDir, 'history');
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;
