/**
 * Properties over made-up values. Every run makes up the same ones, so that a change is judged by what it changes;
 * `TEST_SEED` makes up others, and `TEST_EFFORT` as many times more of them.
 */
import fc from 'fast-check';

export const SEED = Number(process.env['TEST_SEED'] ?? 20_260_417);
const EFFORT = Number(process.env['TEST_EFFORT'] ?? 1);

export const runs = (usual: number): number => Math.ceil(usual * EFFORT);

fc.configureGlobal({ seed: SEED, numRuns: runs(100) });

export { fc };
