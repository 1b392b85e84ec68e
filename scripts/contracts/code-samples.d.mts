/** The types of the code samples, for the page of events and for the playground. */
export interface CodeSamples {
  readonly sdk: string;
  readonly javascript: string;
  readonly python: string;
}

/** As they are called, in their order. */
export const SAMPLE_LABELS: readonly (readonly [language: keyof CodeSamples, label: string])[];

export const CONNECT_SAMPLES: CodeSamples;

/** @param isVolatile for commands that may be lost. */
export function commandSamples(name: string, payload: unknown, isVolatile: boolean): CodeSamples;

export function eventSamples(name: string): CodeSamples;
