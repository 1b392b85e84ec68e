/** The kit as a program: `npm run conformance -- <command>` judges one client, and prints a line for each step. */
import { startServices, stopServices } from '../support/services';
import { judgeClient, verdictLine } from './client-judge';
import { ConformanceNodes } from './conformance-nodes';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function judge(command: readonly string[]): Promise<boolean> {
  await startServices();
  const nodes = await ConformanceNodes.open();
  try {
    print(`two nodes, PostgreSQL and Redis are up; the client is ${command.join(' ')}`);
    const client = { command, cwd: process.env['INIT_CWD'] ?? process.cwd() };
    const verdicts = await judgeClient(nodes, client, { onVerdict: (verdict) => print(verdictLine(verdict)) });
    const named = (outcome: string): string[] =>
      verdicts.filter((verdict) => verdict.outcome === outcome).map(({ step }) => step);
    const unsupported = named('unsupported');
    if (unsupported.length > 0) print(`not supported, and not counted: ${unsupported.join(', ')}`);
    print(`${named('passed').length} passed, ${named('failed').length} failed`);
    return named('failed').length === 0 && named('passed').length > 0;
  } finally {
    await nodes.close();
  }
}

/** The end of this process also ends the client, the nodes and the services: each has a watchdog. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

judge(process.argv.slice(2))
  .finally(stopServices)
  .then(
    (isConformant) => process.exit(isConformant ? 0 : 1),
    (error: unknown) => {
      process.stderr.write(`the kit failed: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(2);
    },
  );
