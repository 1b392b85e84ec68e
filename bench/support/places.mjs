// Where things are: folders of the benchmarks, and the cores that are told apart.
import { join, resolve } from 'node:path';

export const folder = resolve(import.meta.dirname, '..');
export const root = resolve(folder, '..');
export const results = join(folder, 'results');
export const profiles = join(results, 'profiles');
export const history = join(folder, 'history');
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;
