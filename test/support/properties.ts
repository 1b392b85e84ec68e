/**
 * Configures property-based tests. Every run generates the same values, so that results do not vary by chance; `TEST_SEED`
 * generates others, and `TEST_EFFORT` multiplies their number.
 */
import fc from 'fast-check';

export const PROPERTY_SEED = Number(process.env['TEST_SEED'] ?? 20_260_417);
const RUN_FACTOR = Number(process.env['TEST_EFFORT'] ?? 1);

export const propertyRuns = (usual: number): number => Math.ceil(usual * RUN_FACTOR);

fc.configureGlobal({ seed: PROPERTY_SEED, numRuns: propertyRuns(100) });

export { fc };
