/** The dialogue of the kit with a client program: lines of JSON in both directions; docs/conformance.md explains them. */
export const STEP_NAMES = [
  'connect',
  'refuse',
  'refresh',
  'ack',
  'order',
  'drop',
  'half-open',
  'kill',
  'duplicate',
  'sync',
] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** The last message that the client has from an earlier run. */
export interface LastSeen {
  readonly seq: number;
  readonly messageId: string;
}

export type Instruction =
  | { readonly do: 'connect'; readonly token: string; readonly conversationId: string; readonly since: LastSeen }
  | { readonly do: 'send'; readonly ref: string; readonly text: string }
  /** Answers `token-needed`. */
  | { readonly do: 'token'; readonly token: string };

/** The reports of a client, and the fields of each. */
const REPORTS = {
  hello: ['name'],
  connected: ['userId'],
  refused: ['code'],
  'token-needed': [],
  sent: ['ref', 'messageId'],
  failed: ['ref', 'code'],
  received: ['messageId', 'text'],
} as const;

export type ReportName = keyof typeof REPORTS;
type FieldsOf<Name extends ReportName> = { readonly [Field in (typeof REPORTS)[Name][number]]: string };
export type ClientReport = {
  [Name in ReportName]: { readonly is: Name } & FieldsOf<Name> &
    (Name extends 'hello' ? { readonly lacks: readonly string[] } : unknown);
}[ReportName];
export type ReportNamed<Name extends ReportName> = Extract<ClientReport, { readonly is: Name }>;

/** @throws Error that says what is wrong with the line. */
export function parseReport(line: string): ClientReport {
  const shown = JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
  let report: unknown;
  try {
    report = JSON.parse(line);
  } catch {
    throw new Error(`printed ${shown}, which is not JSON; print logs to stderr`);
  }
  const { is } = (report ?? {}) as { is?: unknown };
  if (typeof is !== 'string' || !Object.hasOwn(REPORTS, is))
    throw new Error(`printed ${shown}; "is" must be one of ${Object.keys(REPORTS).join(', ')}`);
  const fields = report as Record<string, unknown>;
  const missing = REPORTS[is as ReportName].find((field) => typeof fields[field] !== 'string');
  if (missing !== undefined) throw new Error(`printed ${shown}; "${missing}" must be a string`);
  if (is === 'hello') assertKnownSteps(fields['lacks']);
  return report as ClientReport;
}

function assertKnownSteps(lacks: unknown): void {
  const isKnown = (name: unknown): boolean => STEP_NAMES.some((step) => step === name);
  if (!Array.isArray(lacks) || !lacks.every(isKnown))
    throw new Error(`said hello with "lacks" that is not a list of steps (${STEP_NAMES.join(', ')})`);
}
